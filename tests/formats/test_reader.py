"""Every kind of text that may hold an agent, by the corpus and by small cases of each."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.formats.document import LARGEST, UnreadableText
from greenroom.formats.join_body import find_body
from greenroom.formats.reader import read_text

pytestmark = pytest.mark.unit

CORPUS = sorted(p for p in Path("tests/corpus/imports").iterdir() if p.is_file())
BODY = {
    "name": "a",
    "properties": {
        "channel": "c",
        "llm": {"url": "https://x.example/v1", "system_messages": [{"role": "system", "content": "You're “kind”.\nSay $5."}]},
    },
}
PROMPT = BODY["properties"]["llm"]["system_messages"][0]["content"]


def body_of(text: str, name: str = "") -> dict:
    found = find_body(read_text(text, name)[0].value)
    assert found is not None
    return found


def prompt_of(text: str, name: str = "") -> str:
    return body_of(text, name)["properties"]["llm"]["system_messages"][0]["content"]


@pytest.mark.parametrize("path", CORPUS, ids=lambda p: p.name)
@pytest.mark.parametrize("named", [True, False], ids=["as a file", "pasted"])
def test_each_input_of_the_corpus_is_read(path: Path, named: bool) -> None:
    document = read_text(path.read_text(encoding="utf8"), path.name if named else "")[0]
    assert "greenroom" in document.value or find_body(document.value) is not None


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("m1_postman_unindented.sh", "curl"),
        ("m2_chrome_ansi_c.sh", "curl"),
        ("m3_trailing_comma_comments.json", "json"),
        ("m4_readme_with_fence.md", "json"),
        ("n15_requests.py", "python"),
        ("n16_fetch.ts", "javascript"),
        ("n17_samples.env", "env"),
        ("n18_powershell.ps1", "powershell"),
        ("n19_agora_agents.py", "python"),
        ("n20_postman.json", "postman"),
        ("m10_own_groq_agent.json", "greenroom"),
    ],
)
def test_the_format_is_named(name: str, format: str) -> None:
    assert read_text(Path("tests/corpus/imports", name).read_text(encoding="utf8"))[0].format == format


def bash(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def ansi(text: str) -> str:
    return "$'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("“", "\\u201c") + "'"


def cmd(text: str) -> str:
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "".join(f"^{sign}" if sign in '"\\{}&|<>' else sign for sign in quoted)


DUMPED = json.dumps(BODY)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"curl -X POST https://api.agora.io/v2/projects/x/join -d {bash(DUMPED)}", id="single quotes"),
        pytest.param(f"curl https://x/join --data-raw {ansi(DUMPED)}", id="ansi quotes"),
        pytest.param(f'curl "https://x/join" ^\n  --data-raw {cmd(DUMPED)}', id="cmd"),
        pytest.param(f"$ curl https://x/join \\\n--json {bash(DUMPED)}", id="prompt sign"),
        pytest.param(f'BODY={bash(DUMPED)}\ncurl https://x/join -d "$BODY"', id="variable of the script"),
        pytest.param(f"curl https://x/join -d @- <<'EOF'\n{DUMPED}\nEOF\n", id="here-document"),
        pytest.param(f"curl https://x/join -d \"$(cat <<'EOF'\n{DUMPED}\nEOF\n)\"", id="substituted here-document"),
        pytest.param(f"curl --data={bash(DUMPED)} https://x/join", id="attached with ="),
        pytest.param(f"curl https://y/token -d '{{\"uid\": 1}}' && curl https://x/join -d{bash(DUMPED)}", id="two in a line"),
        pytest.param(f"# starts it\ncurl https://x/join -H 'Authorization: Basic x' -d {bash(DUMPED)} | jq .", id="piped"),
        pytest.param(f"$body = @'\n{DUMPED}\n'@\nInvoke-RestMethod -Uri https://x/join -Body $body", id="powershell"),
        pytest.param(
            f"import requests\nrequests.post('https://x/join', data='''{json.dumps(DUMPED)[1:-1]}''')", id="json in python"
        ),
        pytest.param(f"import json, requests\nb = {BODY!r}\nrequests.post(url, data=json.dumps(b))", id="python"),
        pytest.param(f"const b = {DUMPED};\nawait axios.post(url, b)", id="javascript"),
        pytest.param(f"Text.\n\n~~~\n{DUMPED}\n~~~\n", id="tilde fence"),
        pytest.param(f"> ```json\n> {DUMPED}\n> ```\n", id="quoted fence"),
        pytest.param("\ufeff" + DUMPED, id="byte order mark"),
        pytest.param(json.dumps([BODY]), id="in a list"),
        pytest.param(json.dumps({"request": {"body": BODY}}), id="wrapped"),
        pytest.param(DUMPED[:-1] + ",}", id="trailing comma"),
    ],
)
def test_the_same_body_comes_out_of_every_dress(text: str) -> None:
    assert prompt_of(text) == PROMPT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('llm = {"url": BASE + "/v1", "system_messages": []}\nbody = {"properties": {"channel": "c", "llm": llm}}', "${BASE}/v1"),
        ('BASE = "https://y"\nbody = {"properties": {"llm": {"url": f"{BASE}/v1"}}}', "https://y/v1"),
        ('import os\nb = {"properties": {"llm": {"url": os.getenv("URL", "https://d")}}}', "${URL}"),
        ('def make(url):\n  return {"url": url}\nb = {"properties": {"llm": make("https://f")}}', "https://f"),
        ('b = {"properties": {"channel": "c"}}\nb["properties"]["llm"] = {"url": "https://m"}', "https://m"),
        (
            'v = "a"\nif v == "b":\n  u = "https://no"\nelse:\n  u = "https://yes"\nb = {"properties": {"llm": {"url": u}}}',
            "https://yes",
        ),
        ('base = {"url": "https://s", "x": 1}\nb = dict(properties={"llm": {**base, "x": 2}})', "https://s"),
        (
            'class C:\n  def __init__(self):\n    self.u = "https://c"\n'
            '  def go(self):\n    return {"properties": {"llm": {"url": self.u}}}',
            "https://c",
        ),
    ],
)
def test_python_is_followed_as_far_as_it_is_known(text: str, expected: str) -> None:
    assert body_of(text, "a.py")["properties"]["llm"]["url"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("const u = process.env.URL;\nconst b = {properties: {llm: {url: u}}};", "${URL}"),
        ("const b = {properties: {llm: {url: `${process.env.BASE}/v1`}}};", "${BASE}/v1"),
        ("const b = {properties: {llm: {url: 'it\\'s \\u00e9'}}} as const;", "it's é"),
        ("function f(u: string) { return { url: u } }\nconst b = {properties: {llm: f('https://f')}}", "https://f"),
        ("const base = {url: 'https://s'};\nconst b = {properties: {llm: {...base, x: 1}}}", "https://s"),
        ("enum V { A = 'https://e' }\nexport const b = {properties: {llm: {url: V.A}}} satisfies B", "https://e"),
        (
            "async function go({url = 'd'}) { fetch('/join', {body: JSON.stringify({properties: {llm: {url}}})}) }",
            "${URL}",
        ),
        ("const b: any = {properties: {channel: 'c'}};\nb.properties.llm = {url: 'https://m'};", "https://m"),
    ],
)
def test_javascript_is_followed_as_far_as_it_is_known(text: str, expected: str) -> None:
    assert body_of(text, "a.ts")["properties"]["llm"]["url"] == expected


SWITCH = """
function voice() {
  const vendor = process.env.TTS || 'b';
  const made = { vendor, params: {} };
  switch (vendor) {
    case 'a': made.params = { key: 1 }; break;
    case 'b': { made.params = { url: 'https://b' }; break; }
    case 'c':
    default: made.params = { speaker: 2 };
  }
  return made;
}
const body = {properties: {channel: 'c', llm: {url: 'u'}, tts: voice()}};
"""
MATCH = """
def voice(vendor="b"):
    match vendor:
        case "a" | "x":
            return {"vendor": "a", "params": {"key": 1}}
        case "b":
            return {"vendor": "b", "params": {"url": "https://b"}}
        case _:
            raise ValueError(vendor)
body = {"properties": {"channel": "c", "llm": {"url": "u"}, "tts": voice()}}
"""


@pytest.mark.parametrize(("text", "name"), [(SWITCH, "a.ts"), (MATCH, "a.py")])
def test_the_case_that_fits_is_followed(text: str, name: str) -> None:
    assert body_of(text, name)["properties"]["tts"]["params"] == {"url": "https://b"}


@pytest.mark.parametrize(("value", "expected"), [("env.X || 'c'", 2), ("'z'", 2), ("env.X", 1)])
def test_a_switch_falls_through_and_takes_its_first_case_when_nothing_is_known(value: str, expected: int) -> None:
    text = SWITCH.replace("process.env.TTS || 'b'", f"process.{value}" if value[0] == "e" else value)
    assert next(iter(body_of(text, "a.ts")["properties"]["tts"]["params"].values())) == expected


def test_an_early_return_without_an_agent_is_a_guard_and_a_field_may_be_a_function() -> None:
    text = """
    class Service {
      private ears = () => { return { vendor: 'soniox' } }
      private make(config: C) {
        if (config.custom) { return { ...config.properties, channel: config.channel, token: 't' } }
        return { channel: config.channel, token: 't', llm: { url: 'u' }, asr: this.ears() }
      }
      async start(config: C) { await axios.post(`${this.base}/join`, { name: 'n', properties: this.make(config) }) }
    }
    """
    properties = body_of(text, "a.ts")["properties"]
    assert (properties["llm"], properties["asr"]) == ({"url": "u"}, {"vendor": "soniox"})


@pytest.mark.parametrize(
    "text",
    [
        "fetch(`${base}/join`, {body: JSON.stringify({name, properties: {channel, token, agent_rtc_uid: '0'}})})",
        "await api.post('/call', {channel: room, token: t, action: 'outbound', to: phone})",
    ],
)
def test_a_program_that_sends_only_the_parts_of_a_call_has_no_agent(text: str) -> None:
    with pytest.raises(UnreadableText, match="only sends the data of one call"):
        read_text(text, "a.ts")


def test_a_schema_is_no_agent() -> None:
    text = "const s = z.object({channel: z.string(), llm: z.object({url: z.string()}), tts: z.object({vendor: z.string()})})"
    with pytest.raises(UnreadableText, match="no Agora join body"):
        read_text(text, "a.ts")


LEFT_OPEN = (
    '{"name": "a", "properties": {"llm": {"url": "u", "x": "[...] {...}"}, "tts": {...}, "sal": [...], "labels": {"a": 1, ...}}}'
)


@pytest.mark.parametrize(("text", "name"), [(LEFT_OPEN, ""), (f"body = {LEFT_OPEN}", "a.py"), (f"const b = {LEFT_OPEN}", "a.js")])
def test_dots_for_what_a_text_leaves_out_are_no_value(text: str, name: str) -> None:
    assert body_of(text, name)["properties"] == {
        "llm": {"url": "u", "x": "[...] {...}"},
        "tts": "${LEFT_OPEN}",
        "sal": "${LEFT_OPEN}",
        "labels": {"a": 1},
    }


def test_typescript_builders_of_the_sdk_are_read() -> None:
    text = """
    const agent = new Agent({ name: 'n', instructions: 'Be kind.', greeting: 'Hi.', maxHistory: 5 })
      .withStt(new DeepgramSTT({ model: 'nova-3', language: 'en' }))
      .withLlm(new OpenAI({ model: 'gpt-4o-mini', params: { temperature: 0.7 } }))
      .withTts(new MiniMaxTTS({ model: 'speech_2_6_turbo', voiceId: 'v' }));
    const session = agent.createSession(client, { channel, agentUid: '1', idleTimeout: 30 });
    """
    properties = body_of(text, "a.ts")["properties"]
    assert properties["llm"]["params"] == {"model": "gpt-4o-mini", "temperature": 0.7}
    assert properties["llm"]["system_messages"] == [{"role": "system", "content": "Be kind."}]
    assert (properties["llm"]["credential_mode"], properties["asr"]["params"]["language"]) == ("managed", "en")
    assert properties["tts"]["params"]["voice_setting"] == {"voice_id": "v"}
    assert (properties["idle_timeout"], properties["channel"]) == (30, "${CHANNEL}")


def test_the_samples_profiles_become_an_agent_each() -> None:
    plain, voice = read_text(Path("tests/corpus/imports/n17_samples.env").read_text(encoding="utf8"))
    assert plain.value["properties"]["tts"] == {"vendor": "rime", "params": {"api_key": "rime-PLANTED", "speaker": "astra"}}
    assert (voice.name, voice.value["properties"]["turn_detection"]) == ("voice", {"silence_duration_ms": 400})
    assert [path for path, _ in plain.left_out] == ["APP_ID"]


def test_a_postman_variable_is_told_from_one_of_the_prompt() -> None:
    raw = json.dumps({"properties": {"llm": {"api_key": "{{key}}", "greeting_message": "Hello {{name}}, welcome."}}})
    collection = {"info": {"name": "x"}, "item": [{"request": {"url": "https://x/join", "body": {"raw": raw}}}]}
    llm = body_of(json.dumps(collection))["properties"]["llm"]
    assert llm == {"api_key": "${KEY}", "greeting_message": "Hello {{name}}, welcome."}


def test_a_har_file_gives_the_join_among_its_requests() -> None:
    entries = [
        {"request": {"url": "https://x/token", "postData": {"text": "{}"}}},
        {"request": {"url": "https://x/join", "postData": {"text": DUMPED}}},
    ]
    assert prompt_of(json.dumps({"log": {"entries": entries}}), "a.har") == PROMPT


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("", "", "no text yet"),
        ("Hello there", "", "plain text"),
        ("const x: number = 1;\nexport default x;", "a.ts", "JavaScript or TypeScript"),
        ("import os\nprint(1)", "", "Python"),
        ("def f(:\n  pass", "a.py", "Python"),
        ("package main\n\nfunc main() {\n\tbody := map[string]any{}\n}", "", "Go"),
        ("curl https://x/y -d @body.json", "", "in the file body.json"),
        ("curl https://x/y", "", "has no body"),
        ('{"a": 1', "", "line 1"),
        ("\x00\x01", "", "binary"),
        ("properties: &p\n  llm: {url: u}\n  again: *p\n", "", "aliases"),
        ("llm:\n\turl: u\n", "a.yaml", "a tab where spaces belong"),
        ("x" * (LARGEST + 1), "", "the limit is"),
    ],
)
def test_what_cannot_be_read_is_named_by_what_it_looks_like(text: str, name: str, said: str) -> None:
    with pytest.raises(UnreadableText, match="(?s)") as refused:
        read_text(text, name)
    assert said in str(refused.value)
    assert refused.value.advice


@given(st.text(max_size=400), st.sampled_from(["", "a.py", "a.ts", "a.ps1", "a.sh", "a.env", "a.md", "a.yaml", "a.har"]))
def test_any_text_is_read_or_refused(text: str, name: str) -> None:
    try:
        assert read_text(text, name)
    except UnreadableText as refusal:
        said = (str(refusal), refusal.advice)
        assert all(said)


@pytest.mark.parametrize("said", ["say a => b", "new Beginnings", "import this", "|\n      const x", "require('x')"])
def test_a_prompt_that_speaks_of_code_does_not_make_yaml_code(said: str) -> None:
    body = f"properties:\n  llm:\n    greeting_message: {said}\n"
    assert read_text(body)[0].format == "yaml"


@pytest.mark.parametrize("sign", ["[", "{", "(", '{"a":', "f(", "- "])
def test_deep_nesting_is_refused_without_a_crash(sign: str) -> None:
    for name in ("", "a.py", "a.ts", "a.json", "a.ps1"):
        with pytest.raises(UnreadableText):
            read_text(sign * 20_000, name)


def test_code_is_never_executed(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    text = f'open({str(mark)!r}, "w").write("x")\nb = {{"properties": {{"llm": {{"url": "https://x"}}}}}}'
    assert body_of(text, "a.py")["properties"]["llm"]["url"] == "https://x"
    assert not mark.exists()


def test_a_loop_in_a_program_ends() -> None:
    text = "def f(x):\n  return f(x)\nwhile True:\n  f(1)\nb = {'properties': {'llm': {'url': 'https://x'}}}"
    started = time.monotonic()
    body_of(text, "a.py")
    assert time.monotonic() - started < 30


@pytest.mark.parametrize(
    ("line", "path", "expected"),
    [
        ("MAX_HISTORY=12", "llm.max_history", 12),
        ("MAX_HISTORY=many", "llm.max_history", "many"),
        ("LLM_INPUT_MODALITIES=text, image", "llm.input_modalities", ["text", "image"]),
        ('MCP_SERVERS=[{"name": "a"}]', "llm.mcp_servers", [{"name": "a"}]),
        ("MCP_SERVERS=not json", "llm.mcp_servers", "not json"),
        ("ENABLE_AIVAD=yes", "advanced_features.enable_aivad", True),
        ("TTS_VENDOR=elevenlabs\nELEVENLABS_STABILITY=0.4", "tts.params.stability", 0.4),
        ("TTS_VENDOR=rime\nRIME_SPEED_ALPHA=fast", "tts.params.speedAlpha", "fast"),
        ("TTS_VENDOR=cartesia\nCARTESIA_VOICE_ID=v1", "tts.params.voice", {"id": "v1", "mode": "id"}),
        ("TTS_SKIP_PATTERNS=1,2", "tts.skip_patterns", [1, 2]),
        ('LLM_MODEL=m\nLLM_PARAMS={"top_p": 1}', "llm.params", {"model": "m", "top_p": 1}),
        ('LLM_SYSTEM_MESSAGES=[{"role": "user"}]', "llm.system_messages", [{"role": "user"}]),
        ('TTS_VENDOR=bytedance\nTTS_PARAMS={"token": "t"}', "tts.params", {"token": "t"}),
        ("NEXT_PUBLIC_LLM_TOKEN=k", "llm.api_key", "k"),
        ("TTS_VENDOR=minimax\nTTS_MINIMAX_VOICE_ID=v", "tts.params.voice_setting", {"voice_id": "v"}),
        ("TTS_VENDOR=microsoft\nMICROSOFT_TTS_VOLUME=70", "tts.params.volume", 70),
        ("LLM_MODEL=gpt-5-mini", "llm.url", "https://api.openai.com/v1/chat/completions"),
        ("LLM_MODEL=llama-3.1-8b-instant", "llm", {"params": {"model": "llama-3.1-8b-instant"}}),
        ("CUSTOM_LLM_BASE_URL=https://x\nAGENT_GREETING=Hi", "llm", {"url": "https://x", "greeting_message": "Hi"}),
        ("AVATAR_VENDOR=heygen\nAVATAR_ID=a", "avatar.enable", True),
        ("ENABLE_MLLM=true\nMLLM_VENDOR=openai\nDEFAULT_GREETING=Hi", "mllm.greeting_message", "Hi"),
        ("MLLM_MODEL=m\nMLLM_TRANSCRIBE_USER=off", "mllm.params.transcribe_user", False),
        (
            "ENABLE_MLLM=1\nMLLM_URL=wss://x\nDEFAULT_PROMPT=Be kind.",
            "mllm.messages",
            [{"role": "system", "content": "Be kind."}],
        ),
    ],
)
def test_a_variable_of_the_samples_has_its_place_and_its_type(line: str, path: str, expected: object) -> None:
    found = read_text(f"ASR_LANGUAGE=en-US\n{line}\n", "a.env")[0].value["properties"]
    for name in path.split("."):
        found = found[name]
    assert found == expected


def test_variables_that_are_no_setting_are_reported_with_the_reason() -> None:
    document = read_text("ASR_LANGUAGE=en-US\nAPP_ID=1\nTTS_VENDOR=openai\nRIME_LANG=de\nHOME_PAGE=x\n", "a.env")[0]
    assert dict(document.left_out) == {
        "APP_ID": "Greenroom reads it from AGORA_APP_ID.",
        "RIME_LANG": "Belongs to a vendor that isn't selected.",
        "HOME_PAGE": "Not a variable of Agora's samples.",
    }


TWO = ['{"name": "a", "properties": {"llm": {"url": "u", "params": {"model": "one"}}}}'] + [
    '{"name": "b", "properties": {"llm": {"url": "u", "params": {"model": "two"}}}}'
]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"[{TWO[0]},{TWO[1]}]", "list.json"),
        (f"{TWO[0]}\n---\n{TWO[1]}\n", "stream.yaml"),
        (f"# Agents\n```json\n{TWO[0]}\n```\nand\n```json\n{TWO[1]}\n```\n", "readme.md"),
        (f"INFO body: {TWO[0]} status=200\nINFO body: {TWO[1]} status=200\n", "server.log"),
        (json.dumps(TWO[0]) + "\n" + json.dumps(TWO[1]), "quoted.txt"),
        ("\n".join(f"wget --post-data='{one}' https://x/join" for one in TWO), ""),
        ("\n".join(f'String s = "{one.replace(chr(34), chr(92) + chr(34))}";' for one in TWO), "Main.java"),
    ],
)
def test_every_agent_of_a_text_is_found(text: str, name: str) -> None:
    assert [(find_body(document.value) or {}).get("name") for document in read_text(text, name)] == ["a", "b"]


def test_one_agent_shown_in_two_languages_is_one_agent() -> None:
    text = f"```json\n{TWO[0]}\n```\n```python\nbody = {TWO[0]}\n```\n"
    assert len(read_text(text, "readme.md")) == 1


def test_a_dictionary_as_python_prints_it_is_read() -> None:
    found = read_text(str({"properties": {"llm": {"url": "u", "a": True, "b": None, "c": "it's True, None"}}}), "")
    assert (find_body(found[0].value) or {})["properties"]["llm"] == {"url": "u", "a": True, "b": None, "c": "it's True, None"}


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("[llm]\nurl=u\n", "agent.ini", "an INI file"),
        ('locals {\n  body = jsonencode({ llm = { url = "u" } })\n}\n', "", "Terraform"),
        ("fun main() {\n    val body = mapOf(1 to 2)\n}\n", "", "Kotlin"),
        ('func start() {\n    let body: [String: Any] = ["llm": 1]\n}\n', "a.swift", "Swift"),
        ("%PDF-1.4\n%x\n", "", "a PDF"),
        ("{{- if .Values.on }}\nllm:\n  url: {{ .Values.url | quote }}\n{{- end }}\n", "a.yaml", "a Helm template"),
    ],
)
def test_what_is_not_supported_is_named(text: str, name: str, said: str) -> None:
    with pytest.raises(UnreadableText, match=f"looks like {said}, which isn't supported"):
        read_text(text, name)


def test_a_parameter_that_defaults_to_none_is_not_set() -> None:
    program = (
        "def start(channel, codec=None):\n"
        "    more = {'data_channel': 'rtm'}\n"
        "    if isinstance(codec, str):\n        more['output_audio_codec'] = codec.strip()\n"
        "    requests.post(url, json={'properties': {'channel': channel, 'llm': {'url': 'u'}, 'parameters': more}})\n"
    )
    placeholders = read_text(program, "a.py")[0].placeholders
    assert {name: known.optional for name, known in placeholders.items()} == {"CHANNEL": False, "CODEC": True}


def test_a_prefix_without_an_agent_is_no_profile() -> None:
    documents = read_text("LLM_MODEL=m\nCONVOAI_GREETING_MODE=single_first\nBOT_IDLE_TIMEOUT=3\nTTS_PARAMS=<yours>\n", ".env")
    assert [document.name for document in documents] == [""]
    assert documents[0].value["properties"]["llm"]["greeting_configs"] == {"mode": "single_first"}
    assert dict(documents[0].left_out) == {
        "BOT_IDLE_TIMEOUT": "Not enough settings for an agent.",
        "TTS_PARAMS": "Not a JSON object.",
    }


def test_every_line_of_an_environment_file_is_accounted_for() -> None:
    text = "NEXT_AGORA_CUSTOMER_ID=\nLLM_MODEL=gpt-5\nLLM_API_KEY=\nTTS_VENDOR=cartesia\nTTS_VOICE_ID=v\nOTHER=1\n"
    text += "NEXT_OUTPUT_MODALITIES=text,audio\n"
    found = read_text(text, ".env")[0]
    assert {name for name, _ in found.left_out} == {"NEXT_AGORA_CUSTOMER_ID", "LLM_API_KEY", "OTHER"}
    assert {path for path, _ in found.added} == {"llm.url", "tts.params.voice.mode"}
    assert found.value["properties"]["llm"]["output_modalities"] == ["text", "audio"]


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("ASR_LANGUAGE=en-US\nIDLE_TIMEOUT=1\nIDLE_TIMEOUT=2\n", "IDLE_TIMEOUT", "Set twice: the last value is used."),
        (
            "ASR_LANGUAGE=en-US\nLLM_URL=a\nNEXT_PUBLIC_LLM_URL=b\n",
            "LLM_URL",
            "NEXT_PUBLIC_LLM_URL is also set and takes precedence.",
        ),
    ],
)
def test_a_variable_that_another_one_replaces_is_reported(text: str, key: str, said: str) -> None:
    assert (key, said) in read_text(text, ".env")[0].left_out


def test_variables_without_values_are_named_as_empty() -> None:
    with pytest.raises(UnreadableText, match="empty: LLM_URL, AGORA_PIPELINE_ID"):
        read_text("LLM_URL=\nAGORA_PIPELINE_ID=\nPORT=80\n", ".env")


def test_the_profile_with_the_most_variables_comes_first() -> None:
    text = "LLM_MODEL=m\nCAE_ASR_LANGUAGE=en-US\nCAE_IDLE_TIMEOUT=9\nCAE_TTS_VENDOR=rime\n"
    assert [document.name for document in read_text(text, ".env")] == ["cae", ""]


def test_plain_words_of_yaml_are_read_as_json_has_them() -> None:
    text = "properties:\n  asr: {language: no}\n  labels: {a: off, b: 012, c: 1:30, d: 2026-01-01, e: 1e3, f: y, g: ~}\n"
    properties = body_of(text, "a.yaml")["properties"]
    labels = {"a": "off", "b": "012", "c": "1:30", "d": "2026-01-01", "e": 1000.0, "f": "y", "g": None}
    assert properties == {"asr": {"language": "no"}, "labels": labels}


def test_code_in_a_tag_of_mdx_is_read_without_its_escapes() -> None:
    body = '\\{\n "name": "a",\\n "properties": \\{"llm": \\{"url": "https://x"}, "labels": {"said": "a\\`b"}}}'
    text = f'# Start\n\n<Tabs>\n<CodeBlock language="json" title="x">{{`{body}`}}</CodeBlock>\n</Tabs>\n'
    assert body_of(text, "a.mdx")["properties"] == {"llm": {"url": "https://x"}, "labels": {"said": "a`b"}}


def test_a_file_of_another_kind_is_no_broken_yaml() -> None:
    with pytest.raises(UnreadableText, match="looks like plain text"):
        read_text("# Settings\norg.gradle.jvmargs=-Xmx2g\nandroid.useAndroidX=true\nSERVER_URL=https://x\n", "gradle.properties")


def test_a_text_that_is_something_else_writes_nothing_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(UnreadableText):
        read_text("hello there {\n x y\n", "a.env")
    assert caplog.text == ""
