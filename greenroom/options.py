"""All options of Greenroom: environment variable, default, description and secrecy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """One environment variable. Values of secrets stay on the server."""

    env: str
    default: str
    help: str
    secret: bool = False


OPTIONS: tuple[Option, ...] = (
    Option(
        "AGORA_APP_ID",
        "",
        "App ID of an Agora project (32 hex digits). Set it with its certificate to run agents in Agora's cloud.",
    ),
    Option("AGORA_APP_CERTIFICATE", "", "App certificate of that project; used to sign tokens.", secret=True),
    Option("AGORA_CUSTOMER_ID", "", "Optional: REST customer ID. Without it, REST requests use a token.", secret=True),
    Option("AGORA_CUSTOMER_SECRET", "", "Optional: REST customer secret.", secret=True),
    Option("AGORA_AREA", "GLOBAL", "REST API region: GLOBAL, US, EU, AP or CN."),
    Option("AGORA_REST_BASE_URL", "", "Optional: base URL to use instead of Agora's REST API."),
    Option(
        "AGORA_WEBHOOK_SECRET",
        "",
        "Optional: secret that verifies Agora's notifications to /api/agora/notifications.",
        secret=True,
    ),
    Option(
        "GREENROOM_API_KEY", "", "Optional: API key for starting agents through /start-agent, as Agora's samples do.", secret=True
    ),
    Option(
        "GREENROOM_DATABASE_URL",
        "",
        "Default: SQLite in the data folder. PostgreSQL: postgresql://user:password@host/name",
        secret=True,
    ),
    Option("GREENROOM_DATA_DIR", ".greenroom", "Folder for the database, recordings and other data."),
    Option("GREENROOM_TWIN_URL", "", "URL of a running twin to use instead of starting one."),
    Option("GREENROOM_TWIN_PORT", "0", "Port of the twin that Greenroom starts; 0 picks a free one."),
    Option("GREENROOM_TWIN_BRAIN", "auto", "Language model of the twin until you choose one in Settings: auto or scripted."),
    Option("GREENROOM_JUDGE_URL", "", "Optional: OpenAI-compatible chat completions URL of a model that judges rehearsals."),
    Option("GREENROOM_JUDGE_MODEL", "", "Name of that model, with its version. It must pass an exam before its verdicts count."),
    Option("GREENROOM_JUDGE_KEY", "", "Optional: API key of that model.", secret=True),
    Option(
        "GREENROOM_CALLER_URL",
        "",
        "Optional: OpenAI-compatible chat completions URL of a model that plays callers in rehearsals. "
        "Default: the offline model chosen in Settings, if it is large enough.",
    ),
    Option("GREENROOM_CALLER_MODEL", "", "Name of that model. It must pass a short exam before it plays callers."),
    Option("GREENROOM_CALLER_KEY", "", "Optional: API key of that model.", secret=True),
    Option("GREENROOM_MAX_CALL_MINUTES", "15", "Maximum call length in minutes. Then the agent says goodbye and the call ends."),
    Option("GREENROOM_MAX_AGENTS", "10", "Maximum number of concurrent agents."),
    Option(
        "GREENROOM_MAX_MINUTES_A_DAY",
        "0",
        "Maximum call minutes in 24 hours. Shortly before the limit, calls end and launches are blocked. 0 = no limit.",
    ),
    Option(
        "GREENROOM_MAX_COST_A_DAY",
        "0",
        "Maximum cost on Agora's cloud in 24 hours, in dollars at the published price. Works like the minutes. 0 = no limit.",
    ),
    Option("GREENROOM_PUBLIC_URL", "", "URL where other computers open Greenroom, such as https://studio.example.com."),
    Option("GREENROOM_MEDIA_PORT", "8451", "UDP and TCP port for offline calls from other computers (with a public URL)."),
    Option(
        "GREENROOM_MEDIA_ADDRESS",
        "",
        "Address of that port, if it isn't the public URL's host: host, host:port or udp:host:port,tcp:host:port.",
    ),
    Option(
        "GREENROOM_TURN_URL",
        "",
        "Optional: TURN servers for those calls, separated by commas, such as turn:turn.example.com:3478?transport=tcp.",
    ),
    Option("GREENROOM_TURN_SECRET", "", "Shared secret of those servers (coturn: use-auth-secret).", secret=True),
    Option("GREENROOM_ALLOW_EVERYONE", "", "yes: anyone who can reach the public URL can use Greenroom without signing in."),
    Option("GREENROOM_ADMINS", "", "Accounts that may do everything: emails or @domains, separated by commas. Turns on sign-in."),
    Option("GREENROOM_EDITORS", "", "Accounts that may change and launch agents, but not credentials, links or data retention."),
    Option("GREENROOM_VIEWERS", "", "Accounts that may read, rate and comment sessions."),
    Option(
        "GREENROOM_CORS_ORIGINS",
        "",
        "Origins whose pages may call /start-agent and the like with a client key, separated by commas. Default: none.",
    ),
    Option("GREENROOM_KEEP_DAYS", "0", "Days after which sessions are permanently deleted. 0 = never."),
    Option("GREENROOM_KEEP_RECORDINGS_DAYS", "0", "Days after which recordings are permanently deleted. 0 = never."),
    Option(
        "GREENROOM_KEEP_AUDIT_DAYS",
        "400",
        "Days after which audit log entries are deleted. 0 = no time limit. At most 200,000 are kept.",
    ),
    Option("GREENROOM_KEEP_RECORDINGS_MB", "0", "Maximum size of all recordings in MB; the oldest are deleted. 0 = no limit."),
)
#: What each option is for, by its name.
HELP = {option.env: option.help for option in OPTIONS}
