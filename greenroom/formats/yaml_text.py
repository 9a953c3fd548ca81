"""Parses YAML documents with anchors and merge keys, by the safe loader: tags construct no objects."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml

from greenroom.formats.document import DEEPEST, KnownText, UnreadableText, refuse_deep_brackets
from greenroom.formats.expressions import Budget, TooLong, placeholder

#: Aliases of a document, entries of a mapping after its merges, values as written, and after all aliases are unfolded.
_MOST_ALIASES, _MOST_ENTRIES, _MOST_WRITTEN, _MOST_VALUES = 500, 5_000, 30_000, 60_000
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where libyaml is there


class _Loader(_Safe):
    """The safe loader with bounded merges, in which a tag such as ``!secret name`` is a variable."""

    def flatten_mapping(self, node: Any) -> None:
        super().flatten_mapping(node)
        if len(node.value) > _MOST_ENTRIES:
            raise KnownText("The YAML merges more entries than an agent can have.")

    def open_value(self, suffix: str, node: Any) -> Any:
        """The value of a node with an application's own tag: its mapping or list, or a variable for a scalar."""
        if isinstance(node, yaml.MappingNode):
            return self.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return self.construct_sequence(node, deep=True)
        return f"${{{placeholder(str(node.value) or suffix).name}}}"


_Loader.add_multi_constructor("!", _Loader.open_value)
#: Plain words by YAML 1.2, as JSON has them: ``no`` is Norwegian and ``off`` a word; 1:30 and 012 are texts.
_PLAIN = {
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+0123456789."),
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "merge": (r"<<", "<"),
}
_Loader.yaml_implicit_resolvers = {}
for _tag, (_words, _first) in _PLAIN.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_words})$"), list(_first))

#: Plain words that a document holds for other than texts, as one pattern.
_NO_TEXT = re.compile("|".join(words for words, _ in _PLAIN.values()))

#: A line that begins an entry of a YAML document's outermost mapping or list, or a comment, or a document.
_OUTERMOST = re.compile(r"""(?:[\w.$-]+|"[^"]*"|'[^']*')\s*:(?:\s|$)|-(?:\s|$)|#|---|\.\.\.|%YAML""")


def needs_quotes(text: str) -> bool:
    """Whether :func:`parse_yaml` reads this text as a number, true, false or nothing if it isn't quoted, as other programs do
    that read YAML 1.2. PyYAML quotes by version 1.1, in which 1e5 is a text."""
    return _NO_TEXT.fullmatch(text) is not None


def is_yaml(text: str) -> bool:
    """Whether every line that isn't indented begins an entry, which isn't so in a program. Indented texts don't count."""
    lines = [line for line in text.splitlines() if line[:1].strip()]
    return bool(lines) and all(_OUTERMOST.match(line) for line in lines)


def is_mostly_yaml(text: str) -> bool:
    """Whether most lines that aren't indented begin an entry: the text is meant as YAML, and may be broken."""
    lines = [line for line in text.splitlines() if line[:1].strip() and not line.startswith(("#", "}", "]"))]
    return sum(line[0] in "!&*?" or _OUTERMOST.match(line) is not None for line in lines) * 2 > len(lines)


def repeated_yaml_names(text: str) -> list[str]:
    """The paths of names that stand twice in a mapping of a YAML text: the last one counts."""
    if "\n" not in text:
        return []
    try:
        return [path for node in yaml.compose_all(text, Loader=_Loader) for path in _repeated(node, "", set())]
    except (yaml.YAMLError, ValueError, RecursionError):
        return []


def _repeated(node: Any, path: str, seen: set[int]) -> Iterator[str]:
    if id(node) in seen:  # an alias
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        names = [str(name.value) for name, _ in node.value]
        for (_, inner), name in zip(node.value, names, strict=True):
            yield from _repeated(inner, f"{path}.{name}".lstrip("."), seen)
        for name in sorted({name for name, count in Counter(names).items() if count > 1} - {"<<"}):
            yield f"{path}.{name}".lstrip(".")
    elif isinstance(node, yaml.SequenceNode):
        for number, inner in enumerate(node.value):
            yield from _repeated(inner, f"{path}[{number}]", seen)


def parse_yaml(text: str, most: int = _MOST_WRITTEN) -> Any:
    """The first document, with at most ``most`` values. Raises UnreadableText with line and column."""
    return next(iter(parse_yaml_stream(text, most)), None)


def parse_yaml_stream(text: str, most: int = _MOST_WRITTEN) -> list[Any]:
    """All documents of a text, which ``---`` separates. Raises UnreadableText with line and column."""
    refuse_deep_brackets(text)
    try:
        _check(text, most)
        documents = list(yaml.load_all(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = "it has a tab where spaces belong" if mark and _tab_at(text, mark) else error.problem or "it can't be read"
        raise UnreadableText(f"The YAML is broken{place}: {problem}.") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableText(f"The YAML can't be read ({type(error).__name__}).") from None
    budget = Budget(_MOST_VALUES)
    try:
        return [_as_json(document, budget) for document in documents]
    except TooLong:
        raise KnownText("The YAML's aliases expand to more than an agent can have.") from None


def _tab_at(text: str, mark: yaml.Mark) -> bool:
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    return line[mark.column : mark.column + 1] == "\t"


def _check(text: str, most: int) -> None:
    """Refuses deep nesting, and masses of values and aliases, before anything is built."""
    depth = aliases = values = 0
    for event in yaml.parse(text, Loader=_Loader):
        values += isinstance(event, yaml.NodeEvent)
        if values > most:
            raise UnreadableText(f"The YAML has more than {most:,} values.")
        aliases += isinstance(event, yaml.AliasEvent)
        if aliases > _MOST_ALIASES:
            raise KnownText(f"The YAML has more than {_MOST_ALIASES} aliases.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise UnreadableText("The YAML is nested too deeply.")


def _as_json(value: Any, budget: Budget, depth: int = 0) -> Any:
    """The value as JSON: dates become text, and so do keys that YAML reads as numbers or booleans. Raises TooLong."""
    budget.spend()
    if depth > DEEPEST:  # an alias that contains itself
        raise TooLong
    if isinstance(value, dict):
        return {_name(name): _as_json(inner, budget, depth + 1) for name, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_as_json(inner, budget, depth + 1) for inner in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _name(name: Any) -> str:
    return {True: "true", False: "false", None: "null"}.get(name, str(name)) if isinstance(name, bool | None) else str(name)
