"""The same join body as it comes from files, terminals, API clients, clusters and chat programs; agents of other platforms."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from greenroom.formats.document import UnreadableText
from greenroom.formats.join_body import find_body
from greenroom.formats.line_heads import without_line_heads
from greenroom.formats.reader import read_text
from greenroom.formats.text_files import file_text

pytestmark = pytest.mark.unit

LLM = {"url": "https://x.example/v1", "system_messages": [{"role": "system", "content": "You're “kind”, café."}]}
BODY = {"name": "a", "properties": {"channel": "c", "llm": LLM, "idle_timeout": 7}}
DUMPED, INDENTED = json.dumps(BODY), json.dumps(BODY, indent=2, ensure_ascii=False)
PROPERTIES = "'" + json.dumps(BODY["properties"]).replace("'", "'\\''") + "'"
QUOTED = "'" + DUMPED.replace("'", "'\\''") + "'"
JOIN = "https://api.agora.io/x/join"


def body_of(text: str, name: str = "") -> dict:
    return find_body(read_text(text, name)[0].value) or {}


def indented(text: str, by: str) -> str:
    return "".join(f"{by}{line}\n" for line in text.splitlines())


def notebook(*cells: str, kind: str = "code") -> str:
    return json.dumps({"cells": [{"cell_type": kind, "source": cell} for cell in cells]})


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_a_file_is_read_in_the_coding_that_it_has(coding: str) -> None:
    assert file_text(INDENTED.encode(coding)) == INDENTED


def test_bytes_of_no_known_coding_are_no_crash() -> None:
    assert [file_text(data) for data in (b"", b"\xff", b"a\x00\xff")] == ["", "ÿ", "a\x00�"]


@pytest.mark.parametrize(
    ("text", "format"),
    [
        pytest.param(json.dumps(DUMPED), "json", id="a JSON text in a JSON text"),
        pytest.param(json.dumps({"requests": [{"name": "join", "body": {"raw": INDENTED}}]}), "json", id="Thunder Client"),
        pytest.param(json.dumps(BODY)[:-1].replace("{", "", 1), "json", id="without the outer brackets"),
        pytest.param(INDENTED[1:], "json", id="without the first bracket"),
        pytest.param(f'{{"a": 1}}\n{DUMPED}\n', "json", id="JSON lines"),
        pytest.param(DUMPED.replace("&", "&amp;").replace('"', "&quot;"), "json", id="escaped for HTML"),
        pytest.param(f"<pre><code>{DUMPED.replace(chr(34), '&#34;')}</code></pre>", "json", id="a page's source"),
        pytest.param(f"2026-01-01 INFO sending {DUMPED}\n2026-01-01 OK\n", "json", id="log"),
        pytest.param(f"cat <<'EOF' | curl {JOIN} -d @-\n{DUMPED}\nEOF\n", "curl", id="here-document piped"),
        pytest.param(f"echo {QUOTED} |\n  curl {JOIN} --data @-\n", "curl", id="echo piped"),
        pytest.param(f"cat > ./b.json <<'EOF'\n{DUMPED}\nEOF\ncurl {JOIN} -d @b.json\n", "curl", id="file of the script"),
        pytest.param(f"curl {JOIN} -d @- <<< {QUOTED}", "curl", id="here-string"),
        pytest.param(f'curl {JOIN} -d "$(echo {QUOTED})"', "curl", id="substituted"),
        pytest.param(f'[root@host ~]# curl {JOIN} -d {QUOTED}\n{{"agent_id": 1}}\n', "curl", id="prompt in brackets"),
        pytest.param(f"me@host:~/x$ curl {JOIN} -d {QUOTED}\nme@host:~/x$ \n", "curl", id="prompt"),
        pytest.param(f"PS C:\\> curl.exe {JOIN} -d {QUOTED}", "curl", id="PowerShell's prompt"),
        pytest.param(f"curl –X POST {JOIN} —data {QUOTED}", "curl", id="dashes of Word"),
        pytest.param(f"wget --post-data={QUOTED} {JOIN}", "curl", id="wget"),
        pytest.param(f"http POST {JOIN} name=a properties:={PROPERTIES}", "httpie", id="HTTPie"),
        pytest.param(f"echo {QUOTED} | http POST {JOIN} Authorization:x", "httpie", id="HTTPie's input"),
        pytest.param(f"me@host:~$ http POST {JOIN} Authorization:x --raw {QUOTED}", "httpie", id="HTTPie at a prompt"),
        pytest.param(f"http POST {JOIN} --raw {QUOTED}", "httpie", id="HTTPie raw"),
        pytest.param(
            f"### start\nPOST {JOIN} HTTP/1.1\nAuthorization: Basic x\n\n{INDENTED}\n\n### stop\nPOST https://x/leave\n",
            "http",
            id=".http",
        ),
        pytest.param(f"POST /x/join HTTP/1.1\r\nHost: x\r\n\r\n{INDENTED}", "http", id="raw request"),
        pytest.param(f"post {{\n  url: {JOIN}\n}}\n\nbody:json {{\n{indented(INDENTED, '  ')}}}\n", "http", id="Bruno"),
        pytest.param(f"kind: ConfigMap\ndata:\n  agent.json: |\n{indented(INDENTED, '    ')}", "yaml", id="ConfigMap"),
        pytest.param(yaml.safe_dump({"collection": [{"url": JOIN, "body": {"text": INDENTED}}]}), "yaml", id="Insomnia 5"),
        pytest.param(notebook(f"%%bash\ncurl {JOIN} -d {QUOTED}"), "curl", id="shell cell"),
        pytest.param(notebook(f"```json\n{INDENTED}\n```", kind="markdown"), "json", id="text cell"),
        pytest.param(notebook("not (python", f"b = {BODY!r}"), "python", id="a cell that is broken"),
    ],
)
def test_the_same_body_comes_out_of_it(text: str, format: str) -> None:
    said = read_text(text)[0]
    body = find_body(said.value) or {}
    assert (said.format, body["name"]) == (format, "a")
    assert body["properties"]["idle_timeout"] == 7
    assert body["properties"]["llm"]["system_messages"][0]["content"] == "You're “kind”, café."


def test_a_prompt_of_a_terminal_inside_a_body_is_kept() -> None:
    body = '{"properties": {"llm": {"url": "u", "greeting_message": "Type:\nme@host:~$ curl it"}}}'
    assert body_of(f"$ curl {JOIN} -d '{body}'")["properties"]["llm"]["greeting_message"] == "Type:\nme@host:~$ curl it"


def test_a_dash_inside_a_body_is_kept() -> None:
    body = '{"properties": {"llm": {"url": "u",\n "greeting_message": "Yes –and —more",\n "x": "a\n –b curl c"}}}'
    llm = body_of(f"curl –X POST {JOIN} \\\n  —data '{body}'")["properties"]["llm"]
    assert (llm["greeting_message"], llm["x"]) == ("Yes –and —more", "a\n –b curl c")


def test_typographic_quotes_are_straightened_where_they_delimit() -> None:
    marks = iter("“”" * 100)
    text = "".join(next(marks) if sign == '"' else sign for sign in '{"properties": {"llm": {"url": "it’s"}}}')
    assert body_of(text)["properties"]["llm"] == {"url": "it’s"}
    assert body_of(f"Here it is:\n{text}\nThanks!")["properties"]["llm"] == {"url": "it’s"}
    with pytest.raises(UnreadableText, match="typographic quotes"):
        read_text(text.replace("it’s", "so “nice” here"), "a.json")


def test_yaml_aliases_and_merges_are_unfolded_and_tags_are_variables() -> None:
    text = (
        "base: &b {url: u, params: &p {model: m, temperature: 0.5}}\n"
        "properties:\n  llm:\n    <<: *b\n    api_key: !secret key\n    params: {<<: *p, temperature: 0.2}\n"
    )
    llm = {"url": "u", "api_key": "${KEY}", "params": {"model": "m", "temperature": 0.2}}
    assert body_of(text)["properties"]["llm"] == llm


@pytest.mark.parametrize(
    "text",
    [
        "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)) + "llm: {x: *a8}\n",
        "a0: &a0 {x: 1, y: 2}\n" + "".join(f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 50)}]\n" for n in range(1, 9)),
        "a: &a x\nb: [" + "*a, " * 501 + "]\n",
    ],
    ids=["lists", "merges", "many"],
)
def test_yaml_that_unfolds_without_end_is_refused(text: str) -> None:
    with pytest.raises(UnreadableText, match="YAML"):
        read_text(text + "properties: {llm: {url: u}}\n")


def test_toml_is_read() -> None:
    text = 'name = "a"\n[properties]\nidle_timeout = 7\n[[properties.llm.system_messages]]\nrole = "system"\ncontent = "x"\n'
    assert body_of(text)["properties"] == {"idle_timeout": 7, "llm": {"system_messages": [{"role": "system", "content": "x"}]}}
    assert body_of(text, "a.toml")["name"] == "a"


def test_jq_makes_a_body_and_its_arguments_fill_it() -> None:
    program = '{name: "a", properties: {channel: $c, llm: {url: $u, params: {n: $n}}}}'
    text = f'BODY=$(jq -n --arg c "$CHANNEL" --arg u https://u --argjson n 3 \'{program}\')\ncurl {JOIN} -d "$BODY"'
    assert body_of(text)["properties"] == {"channel": "${CHANNEL}", "llm": {"url": "https://u", "params": {"n": 3}}}
    with pytest.raises(UnreadableText, match="comes from another command"):
        read_text(f"python make.py | curl {JOIN} -d @-")


def test_a_variable_of_an_http_file_is_told_from_one_of_the_prompt() -> None:
    llm = {"url": "{{base}}/v1", "api_key": "{{key}}", "x": "Hi {{name}}"}
    found = read_text(f"@key = k1\nPOST {JOIN}\n\n{json.dumps({'properties': {'llm': llm}})}", "a.http")[0]
    assert (find_body(found.value) or {})["properties"]["llm"] == {"url": "{{base}}/v1", "api_key": "${KEY}", "x": "Hi {{name}}"}
    assert found.placeholders["KEY"].default == "k1"


ENV = {"LLM_URL": "https://u", "LLM_MODEL": "m", "LLM_API_KEY": "${{ secrets.OPENAI }}", "TTS_VENDOR": "rime"}


@pytest.mark.parametrize(
    "document",
    [
        {"services": {"web": {"environment": ENV}}},
        {"services": {"web": {"environment": [f"{name}={value}" for name, value in ENV.items()]}}},
        {"spec": {"containers": [{"env": [{"name": name, "value": value} for name, value in ENV.items()]}]}},
        {"on": "push", "env": ENV, "jobs": {"a": {"steps": [{"run": "make"}]}}},
    ],
    ids=["compose", "compose as a list", "kubernetes", "workflow"],
)
def test_the_samples_variables_are_found_in_other_files(document: dict) -> None:
    properties = body_of(yaml.safe_dump(document, sort_keys=False))["properties"]
    assert properties["llm"] == {"url": "https://u", "params": {"model": "m"}, "api_key": "${OPENAI}"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"conversation_config": {"tts": {"voice_id": "x"}, "asr": {"quality": "high"}}}', "an ElevenLabs agent"),
        ('{"model": {"provider": "openai"}, "voice": {"provider": "11labs"}}', "a Vapi assistant"),
        ('{"response_engine": {"type": "retell-llm"}, "voice_id": "x"}', "a Retell agent"),
        ('{"type": "session.update", "session": {"voice": "coral"}}', "OpenAI's Realtime API"),
        ('{"model": "gpt-4o", "messages": []}', "OpenAI's chat API"),
        ("kind: app\napp: {mode: chat}\n", "a Dify app"),
        ("from livekit.agents import Agent\nagent = Agent(instructions='You are kind.')\n", "a LiveKit agent"),
        ('{"mcpServers": {"a": {"command": "npx"}}}', "a list of MCP servers"),
        ('{"agent_id": "A", "create_ts": 1, "status": "RUNNING"}', "Agora's response to a join request"),
    ],
)
def test_what_is_no_agent_of_agora_is_called_by_its_name(text: str, said: str) -> None:
    with pytest.raises(UnreadableText, match=said):
        read_text(text)


@pytest.mark.parametrize("cut", [40, len(DUMPED) - 3])
def test_a_paste_that_ends_too_early_is_told_so(cut: int) -> None:
    with pytest.raises(UnreadableText, match="ends too early, at line 1"):
        read_text(DUMPED[:cut])


def test_a_name_that_stands_twice_is_reported() -> None:
    text = '{"properties": {"idle_timeout": 1, "idle_timeout": 2, "llm": {"url": "a"}, "llm": {"url": "b"}}}'
    found = read_text(text)[0]
    assert sorted(path for path, _ in found.left_out) == ["properties.idle_timeout", "properties.llm"]
    assert find_body(found.value) == {"properties": {"idle_timeout": 2, "llm": {"url": "b"}}}


def test_a_number_of_thousands_of_digits_is_no_crash() -> None:
    assert body_of('{"properties": {"llm": {"url": "u"}, "idle_timeout": ' + "7" * 5_000 + "}}")["properties"][
        "idle_timeout"
    ] == float("inf")


def test_an_answer_of_agora_in_a_text_does_not_hide_its_request() -> None:
    text = f'Send this:\n{DUMPED}\nIt answers {{"agent_id": "A", "create_ts": 1}}.\n'
    assert body_of(text)["name"] == "a"
    with pytest.raises(UnreadableText, match="Markdown"):
        read_text('It answers {"agent_id": "A", "create_ts": 1}.\n', "a.md")


def test_an_overview_of_dots_comes_after_a_block_that_says_something() -> None:
    overview = '{"name": "n", "properties": {"channel": "c", "agent_rtc_uid": "0", "llm": {...}, "tts": {...}}}'
    text = f"```json\n{overview}\n```\n\n```json\n{json.dumps({'llm': LLM})}\n```\n"
    assert body_of(text)["properties"]["llm"] == LLM


def headed(head: str) -> str:
    return "".join(f"{head}{line}\n" for line in INDENTED.splitlines())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(headed("2026-03-30 15:41:48.855 28749-29669 [6f8f]-Request  io.example.app   D  "), id="Android Studio"),
        pytest.param(headed("03-30 15:41:48.855  1234  5678 D Request : "), id="logcat"),
        pytest.param(headed("api-1  | "), id="Docker Compose"),
        pytest.param(headed("2026-03-30T15:41:48.8551234Z "), id="GitHub Actions"),
        pytest.param(headed("[15:41:48] INFO: "), id="a time and a level"),
        pytest.param("".join(f"{n:6}\t{line}\n" for n, line in enumerate(INDENTED.splitlines(), 1)), id="cat -n"),
        pytest.param("".join(f"{n}:{line}\n" for n, line in enumerate(INDENTED.splitlines(), 1)), id="grep -n"),
        pytest.param(
            "diff --git a/b.json b/b.json\nindex 1..2 100644\n--- a/b.json\n+++ b/b.json\n@@ -1,2 +1,9 @@\n-old\n" + headed("+"),
            id="diff",
        ),
    ],
)
def test_what_stands_before_each_line_is_no_part_of_the_text(text: str) -> None:
    assert body_of(text) == BODY


@given(st.text(max_size=200))
def test_a_text_of_few_lines_keeps_all_of_it(text: str) -> None:
    shortened = "\n".join(text.splitlines()[:3]).replace("@@", "")
    assert without_line_heads(shortened) == shortened


def test_a_request_in_an_android_log_is_found_inside_the_service_s_own_wrapping() -> None:
    command = f"curl -X POST -d '{json.dumps({'app_id': '...', 'convoai_body': BODY}, indent=2)}' 'https://x.example/start'"
    text = "".join(f"2026-03-30 15:41:48.855 28749-29669 Request  io.example.app  D  {line}\n" for line in command.splitlines())
    assert body_of(text)["properties"]["idle_timeout"] == 7
