"""Where a key comes from, whether it is good, and that its value is shown nowhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from greenroom.catalog.credentials import CREDENTIALS
from greenroom.services.operations.credentials import BadCredential, Credentials, CredentialStatus
from greenroom.store.vault import KEY_FILE, Vault
from tests.services.scripted_vendor import ScriptedAnswer, ScriptedVendor, serve
from tests.studio_process import free_port

pytestmark = pytest.mark.unit

CANARY = "sk-canary-2342"
KEY = "ELEVENLABS_API_KEY"


@pytest.fixture
def vendor() -> Iterator[ScriptedVendor]:
    server, vendor = serve()
    yield vendor
    vendor.over.set()
    server.shutdown()
    server.server_close()


def row(credentials: Credentials, name: str) -> CredentialStatus:
    return next(listed for listed in credentials.listed() if listed.name == name)


def test_without_any_key_each_is_listed_as_not_set_with_who_wants_it(tmp_path: Path):
    """row 14: what is missing is listed"""
    credentials = Credentials(Vault(tmp_path), {}, ())
    listed = credentials.listed()
    assert {one.name for one in listed} == {credential.name for credential in CREDENTIALS}
    assert not any(one.is_set for one in listed)
    assert row(credentials, "DEEPGRAM_API_KEY").use == "Deepgram (voice), Deepgram (speech recognition)"
    assert row(credentials, "DEEPGRAM_API_KEY").test_costs == ""
    assert "a fraction of a cent" in row(credentials, "SARVAM_API_KEY").test_costs, "said before the test is pressed"
    assert credentials.values() == {}
    assert list(tmp_path.iterdir()) == [], "looking writes nothing"


def test_the_environment_wins_over_secrets_toml_and_that_over_the_store(tmp_path: Path):
    home, here = tmp_path / "home.toml", tmp_path / "here.toml"
    environ: dict[str, str] = {}
    credentials = Credentials(Vault(tmp_path), environ, (home, here))
    credentials.store(KEY, "stored")
    seen = [(row(credentials, KEY).source, credentials.values()[KEY])]
    home.write_text(f'{KEY} = "home"\n')
    seen.append((row(credentials, KEY).source, credentials.values()[KEY]))
    here.write_text(f'{KEY} = "here"\n[section]\nOTHER = "x"\n')
    seen.append((row(credentials, KEY).source, credentials.values()[KEY]))
    environ[KEY] = "environment"
    seen.append((row(credentials, KEY).source, credentials.values()[KEY]))
    assert seen == [("stored", "stored"), ("secrets.toml", "home"), ("secrets.toml", "here"), ("environment", "environment")]
    assert row(credentials, KEY).stored_at is not None, "the one behind is still there, and can be forgotten"


def test_set_ones_come_first_and_one_of_ones_own_is_among_them(tmp_path: Path):
    credentials = Credentials(Vault(tmp_path), {"TAVUS_API_KEY": "x", "PATH": "/bin", "DATABASE_PASSWORD": "secret"}, ())
    credentials.store("MY_SERVER_KEY", "y")
    assert {one.name for one in credentials.listed()[:2]} == {"TAVUS_API_KEY", "MY_SERVER_KEY"}
    assert credentials.names_set() == {"TAVUS_API_KEY", "MY_SERVER_KEY"}, "other programs' secrets are not ours to send"


def test_broken_secrets_do_not_take_the_others_down(tmp_path: Path, caplog):
    file = tmp_path / "secrets.toml"
    file.write_text(f"{KEY} = {CANARY}")
    credentials = Credentials(Vault(tmp_path), {"TAVUS_API_KEY": "x"}, (file,))
    assert credentials.names_set() == {"TAVUS_API_KEY"}
    assert "secrets.toml cannot be read" in caplog.text
    assert CANARY not in caplog.text


@pytest.mark.parametrize("name", ["", "lower", "A B", "X", "1ABC", "AGORA_APP_CERTIFICATE", "GREENROOM_DATABASE_URL", "A" * 90])
def test_a_name_that_is_none_is_refused(name, tmp_path: Path):
    with pytest.raises(BadCredential):
        Credentials(Vault(tmp_path), {}, ()).store(name, "value")


@pytest.mark.parametrize("value", ["", "   ", "a\x00b", "x" * 20_001])
def test_a_value_that_is_none_is_refused_without_repeating_it(value, tmp_path: Path):
    with pytest.raises(BadCredential) as told:
        Credentials(Vault(tmp_path), {}, ()).store(KEY, value)
    assert "xxx" not in str(told.value)


def test_forgetting_can_be_undone_until_it_is_typed_anew(tmp_path: Path):
    credentials = Credentials(Vault(tmp_path), {}, ())
    credentials.store(KEY, CANARY)
    when = row(credentials, KEY).stored_at
    assert credentials.delete(KEY)
    assert credentials.names_set() == frozenset()
    credentials.restore(KEY)
    assert credentials.values() == {KEY: CANARY}
    assert row(credentials, KEY).stored_at == when
    credentials.delete(KEY)
    credentials.store(KEY, "new")
    credentials.restore(KEY)
    assert credentials.values() == {KEY: "new"}
    assert not credentials.delete("NEVER_STORED")


def test_a_locked_store_is_told_and_the_others_still_work(tmp_path: Path, caplog):
    credentials = Credentials(Vault(tmp_path), {"TAVUS_API_KEY": "x"}, ())
    credentials.store(KEY, CANARY)
    (tmp_path / KEY_FILE).unlink()
    for _ in range(3):
        assert credentials.names_set() == {"TAVUS_API_KEY"}
    fault = credentials.fault()
    assert fault is not None
    assert "credentials.key is missing" in str(fault)
    assert caplog.text.count("credentials.key is missing") == 1, "once, not at every rerun"
    with caplog.at_level(logging.INFO, logger="greenroom.security"):
        assert credentials.set_aside() == "credentials.unreadable.enc"
    assert caplog.records[-1].args == {"event": "keys_set_aside", "file": "credentials.unreadable.enc"}
    assert credentials.fault() is None
    credentials.store(KEY, "again")
    assert credentials.values()[KEY] == "again"


@pytest.mark.parametrize(
    ("name", "answer", "outcome", "says"),
    [
        (KEY, ScriptedAnswer(200, b'{"subscription": {}}'), "good", "works with"),
        (KEY, ScriptedAnswer(401, b'{"detail": "invalid_api_key"}'), "refused", "rejected"),
        (KEY, ScriptedAnswer(401, b'{"detail": {"status": "missing_permissions"}}'), "good", "limited permissions"),
        (KEY, ScriptedAnswer(403), "refused", "rejected"),
        (KEY, ScriptedAnswer(429), "unclear", "rate limiting"),
        (KEY, ScriptedAnswer(500), "unclear", "inconclusive"),
        (KEY, ScriptedAnswer(302), "unclear", "inconclusive"),
        (KEY, ScriptedAnswer(200, b"<html>Sign in to the hotel</html>", "text/html; charset=utf-8"), "unclear", "web page"),
        (KEY, ScriptedAnswer(hang=True), "unclear", "respond"),
        ("OPENAI_API_KEY", ScriptedAnswer(403), "unclear", "may lack"),
        ("GEMINI_API_KEY", ScriptedAnswer(400), "refused", "rejected"),
        ("AZURE_SPEECH_KEY", ScriptedAnswer(401), "unclear", "another region"),
        ("MINIMAX_API_KEY", ScriptedAnswer(200, b'{"base_resp":{"status_code":1004}}'), "refused", "rejected"),
        ("MINIMAX_API_KEY", ScriptedAnswer(200, b'{"base_resp":{"status_code":0}}'), "good", "works with"),
    ],
)
def test_what_a_vendor_answers_is_explained(name, answer, outcome, says, vendor: ScriptedVendor, tmp_path: Path, caplog):
    """row 94: the key is in no sentence and in no log"""
    caplog.set_level(logging.DEBUG)
    vendor.answer = answer
    credentials = Credentials(Vault(tmp_path), {name: CANARY}, (), vendor.address, timeout_s=1.0)
    tested = credentials.test(name)
    assert (tested.outcome, says in tested.message) == (outcome, True), tested.message
    assert len(vendor.asked) == 1
    assert CANARY not in f"{tested!r} {credentials!r} {credentials.listed()!r} {caplog.text}"


@pytest.mark.parametrize("credential", [c for c in CREDENTIALS if c.proof], ids=lambda c: c.name)
def test_every_proof_sends_the_key_once_and_not_in_the_address(credential, vendor: ScriptedVendor, tmp_path: Path):
    """row 94"""
    credentials = Credentials(Vault(tmp_path), {credential.name: CANARY}, (), vendor.address)
    assert credentials.test(credential.name).outcome in ("good", "unclear")
    (asked,) = vendor.asked
    assert asked.method == credential.proof.method
    sent = [value for value in asked.headers.values() if CANARY in value] + ([1] if CANARY.encode() in asked.body else [])
    assert len(sent) == 1
    assert CANARY not in asked.path


def test_a_key_that_is_not_set_or_cannot_be_tried_says_so(vendor: ScriptedVendor, tmp_path: Path):
    credentials = Credentials(Vault(tmp_path), {"RIME_API_KEY": CANARY, KEY: "with\nbreak"}, (), vendor.address)
    assert "isn't set" in credentials.test("TAVUS_API_KEY").message
    assert credentials.test("RIME_API_KEY").message.startswith("This key can't be tested")
    assert "invalid characters" in credentials.test(KEY).message
    assert vendor.asked == []


def test_a_vendor_that_cannot_be_reached_says_nothing_about_the_key(tmp_path: Path):
    nobody = f"http://127.0.0.1:{free_port()}/"
    tested = Credentials(Vault(tmp_path), {KEY: CANARY}, (), lambda url: nobody).test(KEY)
    assert (tested.outcome, "didn't respond" in tested.message) == ("unclear", True)
