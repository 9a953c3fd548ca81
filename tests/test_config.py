"""Reading the options: where agents run, and what is wrong said by name."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from greenroom.config import BadConfig, read
from greenroom.options import OPTIONS

pytestmark = pytest.mark.unit

HEX = "0123456789abcdef" * 2


def test_without_any_variable_agents_run_on_the_twin():
    """row 14"""
    assert read({}).place == "twin"
    assert (read({}).on_twin, read({}).on_cloud) == (True, False)


def test_app_id_and_certificate_move_the_same_clicks_to_the_cloud():
    assert read({"AGORA_APP_ID": HEX, "AGORA_APP_CERTIFICATE": HEX}).place == "cloud"


def test_a_running_twin_may_have_a_project_of_its_own():
    config = read({"AGORA_APP_ID": HEX, "AGORA_APP_CERTIFICATE": HEX, "GREENROOM_TWIN_URL": "http://127.0.0.1:8450/"})
    assert (config.place, config.app_id, config.twin_url) == ("twin", HEX, "http://127.0.0.1:8450")


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"AGORA_APP_ID": "short", "AGORA_APP_CERTIFICATE": HEX}, "AGORA_APP_ID"),
        ({"AGORA_APP_ID": HEX}, "AGORA_APP_CERTIFICATE"),
        ({"AGORA_AREA": "MARS"}, "AGORA_AREA"),
        ({"GREENROOM_TWIN_PORT": "http"}, "GREENROOM_TWIN_PORT"),
        ({"GREENROOM_ADMINS": "ada"}, "GREENROOM_ADMINS"),
        ({"GREENROOM_ADMINS": "ada@example.com", "GREENROOM_VIEWERS": "ada@example.com, bob lee@x"}, "GREENROOM_VIEWERS"),
        ({"GREENROOM_DATA_DIR": "~nobody-of-this-name/x"}, "GREENROOM_DATA_DIR"),
        ({"GREENROOM_MAX_CALL_MINUTES": "0"}, "GREENROOM_MAX_CALL_MINUTES"),
        ({"GREENROOM_TWIN_BRAIN": "huge"}, "GREENROOM_TWIN_BRAIN"),
        ({"GREENROOM_TURN_URL": "https://turn.example.com", "GREENROOM_TURN_SECRET": "s"}, "GREENROOM_TURN_URL must list"),
        ({"GREENROOM_TURN_URL": "turn:turn.example.com"}, "GREENROOM_TURN_SECRET isn't"),
        ({"GREENROOM_TURN_URL": "turn:turn.example.com", "GREENROOM_TURN_SECRET": "s"}, "GREENROOM_PUBLIC_URL"),
        ({"GREENROOM_TWIN_URL": "http://[::bad"}, "GREENROOM_TWIN_URL"),
        ({"GREENROOM_TWIN_URL": "127.0.0.1:8450"}, "GREENROOM_TWIN_URL"),
        ({"GREENROOM_JUDGE_URL": "http://host:port/v1"}, "GREENROOM_JUDGE_URL"),
        ({"AGORA_REST_BASE_URL": "ftp://host"}, "AGORA_REST_BASE_URL"),
        ({"GREENROOM_DATA_DIR": "\udcff"}, "GREENROOM_DATA_DIR"),
        ({"GREENROOM_KEEP_DAYS": "never"}, "from 0 to 100000, not 'never'. .* 0 = never"),
        ({"GREENROOM_MAX_MINUTES_A_DAY": "-1"}, "from 0 to 1000000, not '-1'. .* 0 = no limit"),
        ({"GREENROOM_MAX_COST_A_DAY": "nan"}, "a number from 0 to 1000000, not 'nan'. .* 0 = no limit"),
        ({"GREENROOM_TWIN_PORT": "99999"}, "from 0 to 65535, not '99999'. .* 0 picks a free one"),
        ({"GREENROOM_PUBLIC_URL": "http://studio.example:65536"}, "GREENROOM_PUBLIC_URL has a port .* 65536"),
        ({"GREENROOM_MEDIA_ADDRESS": "udp:host:8451,tcp:host:99999"}, "GREENROOM_MEDIA_ADDRESS has a port .* 99999"),
        ({"GREENROOM_TURN_URL": "turn:host:0"}, "GREENROOM_TURN_URL has a port .* 0"),
        ({"GREENROOM_CORS_ORIGINS": "http://localhost:70000"}, "GREENROOM_CORS_ORIGINS has a port .* 70000"),
        ({"GREENROOM_MAX_AGENT": "3"}, "GREENROOM_MAX_AGENTS"),
        ({"GREENROM_MAX_AGENTS": "3"}, "GREENROOM_MAX_AGENTS"),
        ({"AGORA_REST_BASE_URL": "http://a b"}, "AGORA_REST_BASE_URL"),
        ({"GREENROOM_CALLER_URL": "http://host\u200b"}, "GREENROOM_CALLER_URL"),
        ({"GREENROOM_MAX_MINUTES_DAY": "3"}, "GREENROOM_MAX_MINUTES_A_DAY"),
    ],
)
def test_what_cannot_be_used_is_named(environ, named):
    """row 14"""
    with pytest.raises(BadConfig, match=named):
        read(environ)


def test_no_secret_is_in_the_printed_config():
    """row 94"""
    secrets = {o.env: HEX if "CERT" in o.env else f"canary-{o.env}" for o in OPTIONS if o.secret}
    printed = repr(read({**secrets, "AGORA_APP_ID": HEX.replace("0", "f")}))
    assert not [value for value in secrets.values() if value in printed]


def test_the_environment_is_read_nowhere_else():
    """One place for options; Settings shows which are set, and the recognizer sets one for its library."""
    allowed = {"greenroom/config.py", "pages/settings.py", "greenroom/speech/moonshine.py", "greenroom/speech/__init__.py"}
    allowed |= {"greenroom/twin/agent/brain/gguf.py"}  # passes it on to the process of a model
    sources = [p for folder in ("greenroom", "pages", "components") for p in Path(folder).rglob("*.py")]
    reads = {"os.environ", "os.getenv"}
    trees = {str(p): ast.parse(p.read_text(encoding="utf8")) for p in [*sources, Path("app.py")]}
    readers = {
        p for p, tree in trees.items() if any(ast.unparse(n) in reads for n in ast.walk(tree) if isinstance(n, ast.Attribute))
    }
    assert readers <= allowed


def test_origins_of_browser_clients_are_listed_one_by_one():
    assert read({}).cors_origins == ()
    known = read({"GREENROOM_CORS_ORIGINS": "https://App.example/, http://localhost:3000"})
    assert known.cors_origins == ("https://app.example", "http://localhost:3000")
    for text in ("*", "null", "https://app.example/path", "app.example", "https://*.example"):
        with pytest.raises(BadConfig, match="GREENROOM_CORS_ORIGINS"):
            read({"GREENROOM_CORS_ORIGINS": text})


def test_other_names_are_nobodys_typing_errors():
    assert read({"GREENROOM_FUZZ": "10000", "GREENROOM_SEED": "1", "GREENROOM_COLOR": "green"}).max_agents > 0
