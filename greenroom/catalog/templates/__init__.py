"""Ready-to-launch agent templates, one file each; an empty studio opens with the first."""

from greenroom.catalog.templates.blank import BLANK
from greenroom.catalog.templates.hotel import AVA
from greenroom.catalog.templates.interview import IRIS
from greenroom.catalog.templates.order_status import KAI
from greenroom.catalog.templates.orders import PIA
from greenroom.catalog.templates.reminder import NORA
from greenroom.catalog.templates.sales import LEO
from greenroom.catalog.templates.story import OWL
from greenroom.catalog.templates.support import SAM
from greenroom.catalog.templates.template import Template
from greenroom.catalog.templates.tutor import MAYA

__all__ = ["AVA", "BLANK", "IRIS", "KAI", "LEO", "MAYA", "NORA", "OWL", "PIA", "SAM", "TEMPLATES", "Template"]

TEMPLATES: tuple[Template, ...] = (AVA, KAI, SAM, LEO, MAYA, IRIS, PIA, OWL, NORA, BLANK)
