"""The models, as the twin's own tests load them."""

from tests.twin.agent.conftest import engines, recognizer, say, voices  # noqa: F401 - fixtures
