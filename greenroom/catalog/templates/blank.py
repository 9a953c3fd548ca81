"""A beginning: just enough to be talked with."""

from greenroom.catalog.templates.template import Template

BLANK = Template(
    id="blank",
    name="Blank agent",
    summary="A friendly voice and nothing else, to write your own.",
    values={
        "prompt.system": (
            "You are a friendly assistant. You speak with people, and they hear your voice.\n"
            "Answer in one or two short sentences. Ask one question at a time. If you do not know something, say so."
        ),
        "prompt.greeting": "Hello! How can I help you?",
    },
    icon="edit_note",
)
