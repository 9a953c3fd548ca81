"""Recording files: join received pieces into one seekable file, and compute its waveform."""

from greenroom.recording.joining import Joined, join
from greenroom.recording.waveform import PER_SECOND, Waveform, read_waveform, waveform_of, write_waveform

__all__ = ["PER_SECOND", "Joined", "Waveform", "join", "read_waveform", "waveform_of", "write_waveform"]
