"""The order status template: looks an order up with a tool, which is mocked until it has a server."""

from greenroom.catalog.templates.template import Template

_STATUS = {
    "type": "function",
    "function": {
        "name": "orderStatus",
        "description": "Looks up an order. Call it when a customer asks where an order is or when it arrives.",
        "parameters": {
            "type": "object",
            "properties": {
                "orderNumber": {
                    "type": "string",
                    "title": "order number",
                    "description": "The four digits of the order, without spaces.",
                    "pattern": "^[0-9]{4}$",
                }
            },
            "required": ["orderNumber"],
        },
    },
    "server": {"method": "GET", "url": "https://api.example.com/orders/{{args.orderNumber}}", "timeout_ms": 5000},
}
_MOCK = {
    "tool": "orderStatus",
    "mocked": True,
    "rules": [
        {
            "when": {"orderNumber": "1234"},
            "result": {
                "status": "on its way",
                "arrives": "Friday",
                "message": "Your order is on its way. It arrives on Friday before noon.",
            },
            "after_ms": 900,
        },
        {
            "when": {"orderNumber": "5678"},
            "result": {
                "status": "delayed",
                "arrives": "Monday",
                "message": "I'm sorry, this order is delayed. It leaves the warehouse tomorrow and arrives on Monday.",
            },
            "after_ms": 2200,
        },
        {"when": {"orderNumber": "9999"}, "never": True},
        {"result": {"message": "I can't find an order with that number. Can you read it to me again?"}, "after_ms": 600},
    ],
}

KAI = Template(
    id="order_status",
    name="Kai, order status",
    summary="Looks up where an order is with a tool, and fills the wait with a short phrase.",
    values={
        "prompt.system": (
            "You are Kai. You answer the phone for {{shop}} and tell customers where their orders are.\n"
            "You sound friendly and quick. Answer in one or two short sentences. "
            "Never read out lists, symbols or web addresses.\n\n"
            "What you know: delivery takes three to five days. Returns are free for thirty days. "
            "The warehouse is closed on Sundays.\n\n"
            "When a customer asks about an order, ask for its four-digit number, then look it up. Say only what the lookup says. "
            "When it fails, apologize and offer a callback from a colleague."
        ),
        "prompt.greeting": "Hello, this is Kai from {{shop}}. What is your order number?",
        "prompt.variables": {"shop": "Northwind"},
        "tts.openai.voice": "echo",
        "turns.end_mode": "semantic",
        "turns.filler": True,
        "turns.filler_wait": 1000,
        "turns.filler_phrases": ["Let me look that up.", "One moment, please.", "I'm checking that for you."],
        "tools.enable": True,
        "tools.functions": [_STATUS],
        "tools.mocks": [_MOCK],
    },
    icon="local_shipping",
)
