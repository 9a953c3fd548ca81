"""YAML with line numbers. Dates, octal numbers and yes/no stay text; anchors and tags other than ``!include`` are refused."""

from __future__ import annotations

import difflib
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import yaml

from greenroom.rehearsal.scenario import FileFault

LARGEST_FILE = 1_000_000
DEEPEST = 40
MOST_FAULTS = 100
#: So many names are listed where none is near: a check has as many keys.
MOST_NAMES = 15
#: Comparing names is slow. How many are compared per file, with how many others, and how long a name may be.
_MOST_COMPARED, _COMPARED_WITH, _LONGEST_NAME = 300, 1000, 100
#: How long all patterns of a file may take to check, in seconds of computing. Sound ones take less than a millisecond each.
PATTERNS_S = 0.7
#: The safe loader, in C where libyaml is there: ten times as fast.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_YAML = "tag:yaml.org,2002:"
_PLAIN_TAGS = {f"{_YAML}{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")}
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,15})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)?\.[0-9]+|-?(?:0|[1-9][0-9]*)\.")
#: A name that stands for the entries of another mapping, and one that is a list or a mapping.
_MERGE, _NO_NAME = "<<", "?"
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None, "True": True, "False": False}

#: Gives the text of a file that ``!include`` names.
Include = Callable[[str], str]


class UnreadableFile(Exception):
    """The text is no YAML that can be read at all."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class IncludedLine(int):
    """The line of an ``!include``, for what stands in the included file. ``place``: that file and the line in it."""

    place: str = ""

    @classmethod
    def at(cls, line: int, place: str) -> IncludedLine:
        made = cls(line)
        made.place = place
        return made


class FaultList:
    """Collects the faults of a file, so that all are reported at once."""

    def __init__(self) -> None:
        self.found: list[FileFault] = []
        self._compared = 0
        self._pattern_s = 0.0

    @property
    def full(self) -> bool:
        """Whether enough faults were found; the rest are left out."""
        return len(self.found) >= MOST_FAULTS

    def close(self, name: str, names: Iterable[str], how_close: float) -> str:
        """Which of these names this one may be meant to be; "" if none is close."""
        self._compared += 1
        return _closest(name, names, how_close) if self._compared <= _MOST_COMPARED else ""

    def pattern(self, line: int, look: Callable[[], str]) -> str:
        """The fault that a look at a pattern finds. Once the file's patterns have taken PATTERNS_S, no more are looked at."""
        if self._pattern_s > PATTERNS_S:
            if self._pattern_s < float("inf"):
                self.add(line, "The patterns up to here take too long to check. Simplify them, or split the file.")
            self._pattern_s = float("inf")
            return ""
        begun = time.thread_time()
        fault = look()
        self._pattern_s += time.thread_time() - begun
        return fault

    def add(self, line: int, message: str, *, blocking: bool = True) -> None:
        """``line`` counts from 1. ``blocking``: the file can't run. A full list still takes the first blocking fault. What all
        scenarios inherit is reported once."""
        fault = FileFault(line, f"{line.place}: {message}" if isinstance(line, IncludedLine) else message, blocking)
        if fault in self.found:
            return
        if not self.full or (blocking and not any(fault.blocking for fault in self.found)):
            self.found.append(fault)


def compose(text: str, include: Include | None = None) -> YamlValue:
    """The document. Raises UnreadableFile."""
    if len(text) > LARGEST_FILE:
        raise UnreadableFile(FileFault(1, "The file is larger than 1 MB."))
    try:
        _refuse_aliases_and_depth(text)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "the text can't be read"
        if "another document" in problem:
            raise UnreadableFile(
                FileFault(_line(mark), "A second document begins here (---). Write one file for each.")
            ) from None
        cure = "Indent with spaces." if "tab character" in problem else "Text with ? : # or braces needs quotes."
        raise UnreadableFile(FileFault(_line(mark), f"This isn't valid YAML: {problem}. {cure}")) from None
    except RecursionError:
        raise UnreadableFile(FileFault(1, "The file is nested too deeply.")) from None
    except UnicodeEncodeError as error:
        line, half = text.count("\n", 0, error.start) + 1, f"U+{ord(text[error.start]):04X}"
        raise UnreadableFile(FileFault(line, f"Half a character, {half}, which can't be saved in a file.")) from None
    if node is None:
        raise UnreadableFile(FileFault(1, "The file is empty."))
    return YamlValue(node, include)


def _refuse_aliases_and_depth(text: str) -> None:
    """Raise UnreadableFile for aliases and deep nesting, before the document is built: a million brackets would take hours."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise UnreadableFile(FileFault(_line(event.start_mark), "Anchors and aliases aren't supported."))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise UnreadableFile(FileFault(_line(event.start_mark), "The file is nested too deeply."))


class YamlValue:
    """A value of the document with its place."""

    def __init__(
        self, node: yaml.Node, include: Include | None = None, depth: int = 0, at: int = 0, files: tuple[str, ...] = ()
    ) -> None:
        """``files``: the included files that it stands in, the outermost first; ``at``: the line that includes the first."""
        self._at, self._files = at, files
        self.line = self._place(_line(node.start_mark))
        self._include = include
        self._depth = depth
        self._node = self._included(node)

    @property
    def is_mapping(self) -> bool:
        return isinstance(self._node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        return isinstance(self._node, yaml.SequenceNode)

    @property
    def span(self) -> tuple[int, int]:
        """Where the value begins and ends in the text, in characters."""
        return self._node.start_mark.index, self._node.end_mark.index

    def items(self) -> Iterator[tuple[str, int, YamlValue]]:
        """Name, line and value of each entry of a mapping."""
        assert isinstance(self._node, yaml.MappingNode)
        for key, value in self._node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else _NO_NAME
            yield name, self._place(_line(key.start_mark)), self._inner(value)

    def entries(self) -> list[YamlValue]:
        """The entries of a list; a single value counts as a list of one."""
        if isinstance(self._node, yaml.SequenceNode):
            return [self._inner(value) for value in self._node.value]
        return [self]

    def written(self) -> str:
        """A single value as it stands in the file: as a number, 7.50 would lose its zero. "" for a list or a mapping."""
        return self._node.value if isinstance(self._node, yaml.ScalarNode) else ""

    def plain(self) -> Any:
        """As JSON."""
        if isinstance(self._node, yaml.MappingNode):
            return {name: value.plain() for name, _, value in self.items()}
        if isinstance(self._node, yaml.SequenceNode):
            return [value.plain() for value in self.entries()]
        return _scalar(self._node)

    def _inner(self, node: yaml.Node) -> YamlValue:
        if self._depth > DEEPEST:
            raise UnreadableFile(FileFault(_line(node.start_mark), "The file is nested too deeply."))
        return YamlValue(node, self._include, self._depth + 1, self._at, self._files)

    def _place(self, line: int) -> int:
        return IncludedLine.at(self._at, f"{self._files[-1]}:{line}") if self._files else line

    def _included(self, node: yaml.Node) -> yaml.Node:
        if node.tag in _PLAIN_TAGS:
            return node
        if node.tag != "!include" or self._include is None or not isinstance(node, yaml.ScalarNode):
            raise UnreadableFile(FileFault(self.line, f"The tag {node.tag.removeprefix(_YAML)} isn't supported here."))
        if node.value in self._files:
            raise UnreadableFile(FileFault(self.line, f"{node.value} includes itself."))
        try:
            text = self._include(node.value)
        except OSError as error:
            raise UnreadableFile(FileFault(self.line, f"Couldn't include {node.value}: {error.strerror or error}.")) from None
        try:
            inner = compose(text)._node
        except UnreadableFile as error:
            fault = f"{node.value}:{error.fault.line}: {error.fault.message}"
            raise UnreadableFile(FileFault(self.line, fault)) from None
        self._at, self._files = self._at or self.line, (*self._files, node.value)
        return inner


def entries_of(value: YamlValue, allowed: Iterable[str], what: str, faults: FaultList) -> dict[str, YamlValue]:
    """The entries of a mapping. Reports unknown names with the nearest known one, under which their values are read: so what is
    misspelled is not reported as missing, too."""
    if not value.is_mapping:
        faults.add(value.line, f"{what} must be a mapping of names to values.")
        return {}
    names, entries, meant = list(allowed), dict[str, YamlValue](), dict[str, YamlValue]()
    for name, line, inner in value.items():
        if name in names:
            entries[name] = inner
        elif not faults.full:
            faults.add(line, f"{what} has no “{name}”.{nearest(name, names)}")
            if close := _closest(name, names, 0.6):
                meant[close] = inner
    return {**meant, **entries}


def report_names(value: YamlValue, faults: FaultList) -> None:
    """Report, in the whole document, names given twice, of which one would be ignored, and what isn't a name at all."""
    if value.is_list:
        for entry in value.entries():
            report_names(entry, faults)
    if not value.is_mapping:
        return
    seen = set[str]()
    for name, line, inner in value.items():
        if name in seen:
            faults.add(line, f"“{name}” is given twice.")
        elif name in (_MERGE, _NO_NAME):
            faults.add(line, f"“{name}” isn't supported. Write the names out.")
        seen.add(name)
        report_names(inner, faults)


def nearest(name: str, allowed: Iterable[str]) -> str:
    """A hint with the nearest known name, else all of them if they are few."""
    names = list(allowed)
    if close := _closest(name, names, 0.6):
        return f" Did you mean “{close}”?"
    return f" Known: {', '.join(names)}." if 0 < len(names) <= MOST_NAMES else ""


def _closest(name: str, names: Iterable[str], how_close: float) -> str:
    if len(name) > _LONGEST_NAME:
        return ""
    return next(iter(difflib.get_close_matches(name, list(islice(names, _COMPARED_WITH)), 1, how_close)), "")


def _scalar(node: yaml.Node) -> Any:
    assert isinstance(node, yaml.ScalarNode)
    text = node.value
    if node.style:  # quoted, or a block
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _line(mark: Any) -> int:
    return (mark.line + 1) if mark is not None else 1
