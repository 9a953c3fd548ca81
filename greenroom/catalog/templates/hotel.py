"""The hotel reception template: checks and books rooms with tools, which are mocked until they have a server."""

from greenroom.catalog.templates.template import Template

_ARRIVAL = {"type": "string", "title": "arrival date", "description": "The day, in the guest's own words."}
_NIGHTS = {"type": "integer", "title": "number of nights", "minimum": 1, "maximum": 30}
_CHECK = {
    "type": "function",
    "function": {
        "name": "checkRooms",
        "description": "Checks whether a room is free. Call it when a guest asks for a room or wants to book or stay.",
        "parameters": {
            "type": "object",
            "properties": {"arrival": _ARRIVAL, "nights": _NIGHTS},
            "required": ["arrival", "nights"],
        },
    },
    "server": {"method": "GET", "url": "https://api.example.com/rooms?from={{args.arrival}}&nights={{args.nights}}"},
}
_BOOK = {
    "type": "function",
    "function": {
        "name": "bookRoom",
        "description": "Books the room. Call it once the guest has agreed and given a name.",
        "parameters": {
            "type": "object",
            "properties": {"arrival": _ARRIVAL, "nights": _NIGHTS, "name": {"type": "string", "title": "name for the booking"}},
            "required": ["arrival", "nights", "name"],
        },
    },
    "server": {
        "method": "POST",
        "url": "https://api.example.com/bookings",
        "body": {"arrival": "{{args.arrival}}", "nights": "{{args.nights}}", "name": "{{args.name}}"},
    },
}
_MOCKS = [
    {
        "tool": "checkRooms",
        "mocked": True,
        "rules": [
            {
                "when": {"arrival": "*saturday*"},
                "result": {"free": 0, "message": "I'm sorry, we have no room left on Saturday. Would Sunday work for you?"},
                "after_ms": 500,
            },
            {
                "result": {
                    "free": 2,
                    "price": 120,
                    "message": "Yes, a double room is free then, at one hundred and twenty dollars a night. Shall I book it?",
                },
                "after_ms": 700,
            },
        ],
    },
    {
        "tool": "bookRoom",
        "mocked": True,
        "rules": [
            {
                "result": {
                    "booking": "417",
                    "message": "It's booked under the name {{args.name}}. Your booking number is four one seven.",
                },
                "after_ms": 900,
            }
        ],
    },
]

AVA = Template(
    id="hotel",
    name="Ava, front desk",
    summary="Answers hotel guests' questions about rooms, breakfast and directions.",
    values={
        "prompt.system": (
            "You are Ava, the front desk of the Linden House, a small hotel with twelve rooms by the river.\n"
            "You talk to guests on the phone. Answer in one or two short sentences, in a warm and unhurried way. "
            "Never read out lists, symbols or web addresses.\n\n"
            "What you know: check-in starts at three in the afternoon, check-out is at eleven. Breakfast is served from "
            "seven to ten on weekdays and until eleven on the weekend, in the garden room. Parking is free behind the house. "
            "Dogs are welcome. A double room costs one hundred and twenty dollars a night, with breakfast. "
            "The old town is ten minutes away on foot, along the river.\n\n"
            "When a guest wants a room, ask for the arrival date, then for the number of nights, one question at a time. "
            "Check with your tool before you promise a room, and book it when the guest agrees. If you don't know something, "
            "say so and offer a callback from a colleague."
        ),
        "prompt.greeting": "Hello, this is Ava at the Linden House. How can I help you?",
        "tts.openai.voice": "coral",
        "turns.end_mode": "semantic",
        "tools.enable": True,
        "tools.functions": [_CHECK, _BOOK],
        "tools.mocks": _MOCKS,
    },
    icon="concierge",
)
