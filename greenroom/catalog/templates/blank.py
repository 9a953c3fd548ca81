"""The blank template: a minimal working agent."""

from greenroom.catalog.templates.template import Template

BLANK = Template(
    id="blank",
    name="Blank agent",
    summary="A friendly assistant to start your own agent from.",
    values={
        "prompt.system": (
            "You are a friendly voice assistant. Your answers are spoken.\n"
            "Answer in one or two short sentences. Ask one question at a time. If you don't know something, say so."
        ),
        "prompt.greeting": "Hello! How can I help you?",
        "turns.end_mode": "semantic",
    },
    icon="edit_note",
)
