"""A program that makes a value out of itself doubles it with each line: what is read stays bounded."""

from __future__ import annotations

import time

import pytest

from greenroom.formats.document import UnreadableText
from greenroom.formats.reader import read_text

pytestmark = pytest.mark.unit

PYTHON = '\nb = {"properties": {"channel": "c", "llm": {"url": "u", "params": {"v": a}}}}'
SCRIPT = '\nconst b = {properties: {channel: "c", llm: {url: "u", params: {v: a}}}};'
SHELL = '\n$b = @{properties = @{channel = "c"; llm = @{url = "u"; params = @{v = $a}}}}'
CURL = 'curl https://x/join -d "{\\"properties\\":{\\"llm\\":{\\"url\\":\\"u\\",\\"params\\":{\\"v\\":\\"$A\\"}}}}"'
GROWING = {
    "text.py": 'a = "xx"\n' + "a = a + a\n" * 40 + PYTHON,
    "f_string.py": 'a = "xx"\n' + 'a = f"{a}{a}"\n' * 40 + PYTHON,
    "join.py": 'a = "xx"\n' + "a = a.join([a, a, a])\n" * 40 + PYTHON,
    "replace.py": 'a = "xx"\n' + 'a = a.replace("x", "xx")\n' * 40 + PYTHON,
    "list.py": 'a = ["xx"]\n' + "a = a + a\n" * 40 + PYTHON,
    "starred.py": 'a = ["xx"]\n' + "a = [*a, *a]\n" * 40 + PYTHON,
    "nested.py": 'a = ["xx"]\n' + "a = [a, a]\n" * 40 + PYTHON,
    "dict.py": 'a = {"x": 1}\n' + 'a = {"l": a, "r": a}\n' * 40 + PYTHON * 30,
    "text.ts": 'let a = "xx";\n' + "a = a + a;\n" * 40 + SCRIPT,
    "template.ts": 'let a = "xx";\n' + "a = `${a}${a}`;\n" * 40 + SCRIPT,
    "spread.ts": 'let a = ["xx"];\n' + "a = [...a, ...a];\n" * 40 + SCRIPT,
    "cycle.ts": "const a = {}; a.a = a; a.b = a;" + SCRIPT,
    "text.ps1": '$a = "xx"\n' + '$a = "$a$a"\n' * 40 + SHELL,
    "nested.ps1": '$a = @("xx")\n' + "$a = @($a, $a)\n" * 40 + SHELL,
    "text.sh": "A=xx\n" + 'A="$A$A"\n' * 40 + CURL,
    "wide.sh": "A='" + "x" * 900 + "'\nB=\"" + "$A" * 900 + '"\nA="' + "$B" * 900 + '"\n' + CURL,
}


@pytest.mark.parametrize("name", GROWING)
def test_a_value_that_doubles_with_each_line_is_not_built(name: str) -> None:
    before = time.process_time()
    with pytest.raises(UnreadableText):
        read_text(GROWING[name], name)
    assert time.process_time() - before < 30


LONG = {
    "quotes.txt": "\u201c" * 900_000,
    "lines.json": '{"a":1}\n' * 50_000,
    "entities.html": "&quot;<a" * 110_000,
    "entries.json": "{" + "\u201ca\u201d:\u201cb\u201d," * 3_000 + "}",
    "scripts.sh": "curl x " + '"$(echo a)" ' * 6_000,
    "prefixes.env": "".join(f"A{number}_LLM_URL=x\nB{number}=1\n" for number in range(2_000)),
    "merges.yaml": "a: &a {x: 1}\n" + "b: {<<: *a}\n" * 20_000,
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_text_of_one_kind_is_refused_soon(name: str) -> None:
    before = time.process_time()
    with pytest.raises(UnreadableText):
        read_text(LONG[name], name)
    assert time.process_time() - before < 30
