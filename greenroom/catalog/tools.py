"""The agent's tools: HTTP functions and MCP servers."""

from greenroom.catalog.spec import Choice, Group, Setting

TOOLS = Group(
    id="tools",
    label="Tools",
    help="Let the agent look things up and take actions. Write keys as ${NAME} and store them in Settings → Credentials.",
    docs="https://docs.agora.io/en/conversational-ai/develop/tools",
    settings=(
        Setting(
            "enable",
            "Use tools",
            "Turn on to let the agent call the tools below.",
            "switch",
            "advanced_features.enable_tools",
        ),
        Setting(
            "mcp_servers",
            "MCP servers",
            "Servers that offer tools over the Model Context Protocol (streamable HTTP).",
            "rows",
            "llm.mcp_servers",
            high=32,
            realtime="mllm.mcp_servers",
            docs="https://docs.agora.io/en/conversational-ai/develop/mcp",
            columns=(
                Setting("name", "Name", "Letters and digits, at most 48.", "line", "name", required=True, high=48),
                Setting("endpoint", "URL", "Must start with https://.", "line", "endpoint", required=True, high=2048),
                Setting("headers", "Headers", "Sent with each request. Write keys as ${NAME}.", "map", "headers"),
                Setting("allowed_tools", "Allowed tools", "Leave empty to allow all.", "texts", "allowed_tools"),
                Setting("timeout_ms", "Timeout", "", "whole", "timeout_ms", low=100, high=100_000, unit="ms"),
                Setting(
                    "transport",
                    "Transport",
                    "",
                    "choice",
                    "transport",
                    default="streamable_http",
                    choices=(Choice("streamable_http", "Streamable HTTP"),),
                ),
            ),
        ),
        Setting(
            "functions",
            "Functions",
            "Up to 32 functions as JSON: name, description, parameters (JSON Schema) and the server that runs them.",
            "json",
            "llm.tools",
            high=32,
            more=True,
            realtime="mllm.tools",
        ),
        Setting(
            "mocks",
            "Tool mocks",
            "What a tool answers in offline calls: rules by argument, first match wins. Never sent to Agora.",
            "json",
            "",
            more=True,
        ),
        Setting(
            "mock_world",
            "Mock data",
            "Data that the mocks of a call read as {{world.…}} and change with set. Each call starts with it anew.",
            "json",
            "",
            more=True,
        ),
    ),
)
