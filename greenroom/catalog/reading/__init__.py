"""Import Agora's JSON as settings: nothing is added, and each field is accounted for."""

from greenroom.catalog.reading.body import CALL, Reading, read_properties
from greenroom.catalog.reading.places import HALF, leaves, place_path, sound, value_at_place
from greenroom.catalog.reading.state import Entry, Fate

__all__ = ["CALL", "HALF", "Entry", "Fate", "Reading", "leaves", "place_path", "read_properties", "sound", "value_at_place"]
