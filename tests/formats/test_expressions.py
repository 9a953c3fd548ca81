"""What an expression of a program means as a setting, in each language: known values, placeholders, and nothing that is run."""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenroom.formats.join_body import find_body
from greenroom.formats.reader import read_text

pytestmark = pytest.mark.unit


def llm_of(text: str, name: str) -> dict[str, Any]:
    found = find_body(read_text(text, name)[0].value)
    assert found is not None
    return found["properties"]["llm"]


PYTHON: list[tuple[str, Any]] = [
    ("{**{'a': 1}, 'b': 2}", {"a": 1, "b": 2}),
    ("{'a': 1} | {'b': 2}", {"a": 1, "b": 2}),
    ("[1, *[2, 3], *unknown]", [1, 2, 3]),
    ("(1, 2)", [1, 2]),
    ("[1] + [2]", [1, 2]),
    ("60 * 5 - 1", 299),
    ("1 + 2", 3),
    ("7 / 2", "${V_7_2}"),
    ("-5", -5),
    ("not True", False),
    ("not unknown", "${NOT_UNKNOWN}"),
    ("'a' 'b' + 'c'", "abc"),
    ("'v' + str(2)", "v2"),
    ("f'{host}:{80}'", "${HOST}:80"),
    ("f'{True}'", "true"),
    ("'yes' if 1 == 1 else 'no'", "yes"),
    ("'yes' if 1 != 1 else 'no'", "no"),
    ("'yes' if 'x' in ['x'] else 'no'", "yes"),
    ("'yes' if unknown else 'no'", "yes"),
    ("1 < 2", "${V_1_2}"),
    ("1 == 1", True),
    ("'' or 'second'", "second"),
    ("'first' and 'second'", "second"),
    ("os.getenv('KEY') or 'second'", "${KEY}"),
    ("os.environ['KEY']", "${KEY}"),
    ("os.environ.get('KEY', 'd')", "${KEY}"),
    ("settings.get('key', 'd')", "${KEY}"),
    ("int(os.getenv('N', '3'))", "${N}"),
    ("int('3')", 3),
    ("int('three')", "three"),
    ("float('0.5')", 0.5),
    ("bool(1)", True),
    ("[10, 20][1]", 20),
    ("[10, 20][9]", "${V_10_20_9}"),
    ("{'a': {'b': 1}}['a']['b']", 1),
    ("config.tts.key", "${CONFIG_TTS_KEY}"),
    ("(n := 4)", 4),
    ("await_me", "${AWAIT_ME}"),
    ("lambda: 1", "${LAMBDA_1}"),
    ("dict(a=1, **{'b': 2})", {"a": 1, "b": 2}),
    ("dict([('a', 1)])", {"a": 1}),
    ("copy.deepcopy({'a': 1})", {"a": 1}),
    ("{'a': 1}.copy()", {"a": 1}),
    ("[1].copy()", [1]),
    ("{'a': 1}.get('a')", 1),
    ("{'a': 1}.get('b', 2)", 2),
    ("{'a': 1}.setdefault('c', 3)", 3),
    ("' x '.strip()", "x"),
    ("'X'.lower()", "x"),
    ("'{} b'.format('a')", "a b"),
    ("'{n} {0}'.format('a', n='b')", "b a"),
    ("'{:>9}'.format('a')", "${V_9_FORMAT}"),
    ("'{}'.format(token)", "${TOKEN}"),
    ("'{.x}'.format('a')", "${X_FORMAT}"),
    ("'%s and %d' % ('a', 2)", "a and 2"),
    ("'%(a)s%%' % {'a': 'z'}", "z%"),
    ("'%9s' % 'a'", "${V_9_S_A}"),
    ("'%s %s' % ('a',)", "${S_S_A}"),
    ("'-'.join(['a', 'b'])", "a-b"),
    ("'-'.join(['a', token])", "a-${TOKEN}"),
    ("'a,b'.split(',')", ["a", "b"]),
    ("'abc'.replace('b', 'x')", "axc"),
    ("'abc'.removesuffix('c')", "ab"),
    ("'abc'.center(99)", "${ABC_CENTER}"),
    ("'abc'.replace(1)", "${ABC_REPLACE}"),
    ("'a'.encode().decode()", "a"),
    ("f'{1.5:.2f}'", "1.50"),
    ("f'{token:.2f}'", "${TOKEN}"),
    ("f'{1:>9}'", "${VALUE}"),
    ("f'{token!r}'", "${TOKEN}"),
    ("...", "${LEFT_OPEN}"),
    ("token.strip()", "${TOKEN}"),
    ("textwrap.dedent('  a')", "a"),
    ("json.loads('{\"a\": 1}')", {"a": 1}),
    ("json.loads('{')", "{"),
    ("json.dumps({'a': key})", '{"a": "${KEY}"}'),
    ("b'bytes'", "b'bytes'"),
    ("{1: 'one'}", {"1": "one"}),
    ("{key: 'v'}", {"${KEY}": "v"}),
]


@pytest.mark.parametrize(("expression", "expected"), PYTHON, ids=[text for text, _ in PYTHON])
def test_a_python_expression(expression: str, expected: Any) -> None:
    text = f'import os, json, copy\nb = {{"properties": {{"channel": "c", "llm": {{"url": "u", "x": {expression}}}}}}}'
    assert llm_of(text, "a.py")["x"] == expected


PYTHON_PROGRAMS: list[tuple[str, Any]] = [
    ("x = []\nx.append(1)\nx.extend([2])", [1, 2]),
    ("x = {'a': 1}\nx.update({'b': 2}, c=3)", {"a": 1, "b": 2, "c": 3}),
    ("x, y = 1, 2", 1),
    ("x: int = 5", 5),
    ("x = 'a'\nx += 'b'", "ab"),
    ("x = 1\nwith open('f') as f:\n  x = 2", 2),
    ("try:\n  x = 1\nexcept ValueError:\n  x = 2", 1),
    ("for _ in range(3):\n  x = 7", 7),
    ("class S:\n  size = 9\nx = S.size", 9),
    ("if unknown:\n  raise ValueError()\nelse:\n  x = 4", 4),
    ("x = 'before'\nif unknown:\n  x = other", "${OTHER}"),
    ("def f(a, b=2, *, c=3):\n  return [a, b, c]\nx = f(1, c=4)", [1, "${B}", 4]),
    ("def f():\n  if missing:\n    return None\n  return {'k': 1}\nx = f()", {"k": 1}),
    ("def f(n):\n  return f(n)\nx = f(1)", None),
    ("class A:\n  def make(self, v):\n    return v\na = A()\nx = self.make(8)", 8),
]


@pytest.mark.parametrize(("program", "expected"), PYTHON_PROGRAMS, ids=[text for text, _ in PYTHON_PROGRAMS])
def test_a_python_program(program: str, expected: Any) -> None:
    found = llm_of(f'{program}\nb = {{"properties": {{"channel": "c", "llm": {{"url": "u", "x": x}}}}}}', "a.py")["x"]
    assert found == expected or expected is None


JAVASCRIPT: list[tuple[str, Any]] = [
    ("{...{a: 1}, ['b']: 2, 'c-d': 3}", {"a": 1, "b": 2, "c-d": 3}),
    ("{[unknown]: 1}", {"[unknown]": 1}),
    ("[1, ...[2, 3], ...unknown]", [1, 2, 3]),
    ("1_000", 1000),
    ("0x10", 16),
    ("1.5e3", 1500.0),
    ("10n", 10),
    ("-5", -5),
    ("+5", 5),
    ("!true", False),
    ("!unknown", "${UNKNOWN}"),
    ("typeof x", "${TYPEOF_X}"),
    ("1 + 2", 3),
    ("5 * 60", 300),
    ("5 - 1", 4),
    ("'a' + 'b'", "ab"),
    ("'v' + version", "v${VERSION}"),
    ("1 === 1", True),
    ("1 !== 1", False),
    ("a > b", "${A_B}"),
    ("null ?? 'second'", "second"),
    ("process.env.KEY ?? 'd'", "${KEY}"),
    ("process.env['KEY']", "${KEY}"),
    ("import.meta.env.VITE_KEY", "${VITE_KEY}"),
    ("true && 'second'", "second"),
    ("false && 'second'", False),
    ("true ? 'yes' : 'no'", "yes"),
    ("false ? 'yes' : 'no'", "no"),
    ("config.tts.key", "${CONFIG_TTS_KEY}"),
    ("this.key", "${KEY}"),
    ("({a: 1}).a", 1),
    ("({a: 1})['a']", 1),
    ("[10, 20][1]", 20),
    ("[10, 20][9]", "${V_10_20_9}"),
    ("(await load()) as string", "${LOAD}"),
    ("key!", "${KEY}"),
    ("Number('3')", 3),
    ("parseInt(process.env.N || '3')", "${N}"),
    ("String(5)", "5"),
    ("Boolean(1)", True),
    ("Object.assign({a: 1}, {b: 2}, other)", {"a": 1, "b": 2}),
    ("requireEnv('KEY')", "${KEY}"),
    ("Deno.env.get('KEY')", "${KEY}"),
    ("' x '.trim()", "x"),
    ("'x'.toUpperCase()", "X"),
    ("key.trim()", "${KEY}"),
    ("['a', 'b'].join(' ')", "a b"),
    ("['a', 'b'].join()", "a,b"),
    ("JSON.stringify({a: key, b: [1, 'x, y: z']})", '{"a":"${KEY}","b":[1,"x, y: z"]}'),
    ("dedent`\n    You are Kit.\n      Be brief.\n  `", "You are Kit.\n  Be brief."),
    ("html`<b>x</b>`", "${HTML}"),
    ("'\\x41\\u{42}\\n\\q'", "AB\nq"),
    ("`${host}:${80}`", "${HOST}:80"),
    ("undefined", None),
    ("null", None),
    ("/regex/", "${REGEX}"),
]


@pytest.mark.parametrize(("expression", "expected"), JAVASCRIPT, ids=[text for text, _ in JAVASCRIPT])
def test_a_javascript_expression(expression: str, expected: Any) -> None:
    text = f"const b = {{properties: {{channel: 'c', llm: {{url: 'u', x: {expression}}}}}}};"
    assert llm_of(text, "a.ts").get("x") == expected


JAVASCRIPT_PROGRAMS: list[tuple[str, Any]] = [
    ("let x = []; x.push(1, 2);", [1, 2]),
    ("let x = {a: 1}; x.b = 2; x['c'] = 3;", {"a": 1, "b": 2, "c": 3}),
    ("let x; x = 5;", 5),
    ("const {x} = {x: 6};", 6),
    ("const x = ((v) => v)(7);", None),
    ("const f = (v) => v; const x = f(7);", 7),
    ("const f = function (v) { return v; }; const x = f(8);", 8),
    ("function f(v = 9) { return v } const x = f();", 9),
    ("let x = 1; if (unknown) { throw new Error('no'); } else { x = 2; }", 2),
    ("let x = 1; if (true) { x = 3; }", 3),
    ("let x = 1; if (false) { x = 3; } else { x = 4; }", 4),
    ("let x = 'old'; if (unknown) { x = other; }", "${OTHER}"),
    ("let x = 0; for (const i of [1]) { x = 5; }", 5),
    ("let x = 0; try { x = 6; } catch (e) { log(e); }", 6),
    ("let x = 0; switch (k) { case 'a': x = 7; break; default: break; }", 7),
    ("class A { static k = 8; make() { return 9; } } const x = 9;", 9),
    ("enum K { A = 'one', B = 'two' } const x = K.B;", "two"),
    ("export const x = 4;", 4),
]


@pytest.mark.parametrize(("program", "expected"), JAVASCRIPT_PROGRAMS, ids=[text for text, _ in JAVASCRIPT_PROGRAMS])
def test_a_javascript_program(program: str, expected: Any) -> None:
    found = llm_of(f"{program}\nconst b = {{properties: {{channel: 'c', llm: {{url: 'u', x: x}}}}}};", "a.ts").get("x")
    assert found == expected or expected is None


POWERSHELL: list[tuple[str, Any]] = [
    ("'it''s'", "it's"),
    ('"say ""hi"" to $name"', 'say "hi" to ${NAME}'),
    ('"a`nb`tc`$d"', "a\nb\tc$d"),
    ('"$($env:KEY)"', "${KEY}"),
    ("$env:KEY", "${KEY}"),
    ("$true", True),
    ("$false", False),
    ("$null", None),
    ("42", 42),
    ("0x10", 16),
    ("1.5", 1.5),
    ("-3", -3),
    ("@(1, 2)", [1, 2]),
    ("@(@{ a = 1 })", [{"a": 1}]),
    ("@{ a = 'b'; 'c' = @{ d = 2 } }", {"a": "b", "c": {"d": 2}}),
    ("$other", "${OTHER}"),
    ("$known", "before"),
]


@pytest.mark.parametrize(("expression", "expected"), POWERSHELL, ids=[text for text, _ in POWERSHELL])
def test_a_powershell_expression(expression: str, expected: Any) -> None:
    table = f"@{{ channel = 'c'; llm = @{{ url = 'u'; x = {expression} }} }}"
    text = f"$known = 'before'\n$body = @{{ properties = {table} }} | ConvertTo-Json\n"
    found = llm_of(text + "Invoke-RestMethod -Method Post -Uri $uri -Body $body", "a.ps1")
    assert found.get("x") == expected


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_powershell_here_string_is_a_body(quote: str) -> None:
    body = json.dumps({"properties": {"channel": "c", "llm": {"url": "u", "x": "it's"}}})
    text = f"$body = @{quote}\n{body}\n{quote}@\nInvoke-RestMethod -Uri https://x/join -Body $body"
    assert llm_of(text, "a.ps1")["x"] == "it's"


def test_the_fields_of_a_dataclass_have_their_defaults() -> None:
    program = "@dataclass\nclass C:\n    url: str = 'u'\n    model: str = 'm'\nc = C(model='n')\n"
    program += "b = {'properties': {'channel': 'c', 'llm': {'url': c.url, 'params': {'model': c.model}}}}"
    assert llm_of(program, "a.py") == {"url": "u", "params": {"model": "n"}}


def test_a_cast_in_powershell_is_the_value_it_casts() -> None:
    script = '$b = @{properties = @{channel = "c"; llm = [ordered]@{url = "u"\n params = @{n = [int]"5"; t = [double]"0.4"}}}}'
    assert llm_of(script, "a.ps1") == {"url": "u", "params": {"n": 5, "t": 0.4}}
