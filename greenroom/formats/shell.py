"""Splits shell scripts into commands and words, as bash and cmd.exe do. Variables become ``${NAME}``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from greenroom.formats.document import LARGEST, Placeholder
from greenroom.formats.expressions import Budget, placeholder

_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)(?::?[-=?+]([^}]*))?\}|([A-Za-z_]\w*))")
_HEREDOC = re.compile(r"<<(-?)[ \t]*(?:'(\w+)'|\"(\w+)\"|\\?(\w+))")
#: Characters that mean nothing to a shell inside a word.
_PLAIN = re.compile(r"[^\s;|&()<>'\"\\$#–—]+")
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)=")
#: A dash that Word and the like put in place of the hyphens of an option: "—data", "–X".
_DASH = re.compile(r"[–—]{1,2}(?=[A-Za-z](\s)?)")
_ANSI = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "a": "\a",
    "e": "\x1b",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "?": "?",
}
#: How deeply scripts in ``$(…)`` may be nested.
_DEEPEST = 4
#: How much of the budget reading one takes, in characters.
_A_SCRIPT = 200
_CMD_VARIABLE = re.compile(r"%([A-Za-z_]\w*)%")


@dataclass(slots=True)
class ShellCommand:
    """The words of one command. ``heredoc``: the here-document that it reads, ``source``: the command that pipes into it."""

    words: list[str] = field(default_factory=list)
    heredoc: str | None = None
    source: ShellCommand | None = None


class ShellReader:
    """Reads commands one after the other. Variables that the script sets itself are filled in, as far as TooLong allows.

    ``output`` returns what a command in ``$(…)`` prints, or None if that isn't known.
    """

    def __init__(self, text: str, output: Callable[[ShellCommand], str | None] = lambda command: None, depth: int = 0) -> None:
        self._text = _without_carets(text) if re.search(r"\^\r?\n|\^\"", text) else text
        self._at = 0
        self._heredocs: list[tuple[str, bool, bool, ShellCommand]] = []
        self._set: dict[str, str] = {}
        self._piped = False
        self._output, self._depth = output, depth
        self._budget = Budget(LARGEST)
        self.placeholders: dict[str, Placeholder] = {}

    def commands(self) -> list[ShellCommand]:
        """All commands of the script. Text that isn't a command is split into words all the same. Raises TooLong."""
        commands: list[ShellCommand] = []
        while self._at < len(self._text):
            piped = commands[-1] if commands and self._piped else None
            command = self._command()
            command.source = piped
            if len(command.words) == 1 and (name := _ASSIGNED.match(command.words[0])):
                self._set[name[1]] = command.words[0][name.end() :]
            elif command.words:
                commands.append(command)
        return commands

    def _command(self) -> ShellCommand:
        command, word = ShellCommand(), list[str]()
        while self._at < len(self._text):
            sign = self._text[self._at]
            if sign in " \t":
                self._end_word(command, word)
                self._at += 1
            elif sign in "\n;|&()" and not (sign == "&" and any(word)):
                if not (sign == "\n" and self._piped and not command.words):  # a line may end with a pipe
                    self._piped = sign == "|"
                self._at += 1
                if sign == "\n":
                    self._read_heredocs()
                break
            elif sign == "#" and not word:
                self._at = self._line_end(self._at)
            elif sign == "<" and (match := _HEREDOC.match(self._text, self._at)):
                ending = match[2] or match[3] or match[4]
                self._heredocs.append((ending, bool(match[1]), bool(match[2] or match[3]), command))
                self._at = match.end()
            elif not word and (dash := _DASH.match(self._text, self._at)):
                word.append("-" if dash[1] else "--")
                self._at = dash.end()
            else:
                word.append(self._piece())
        self._end_word(command, word)
        return command

    def _end_word(self, command: ShellCommand, word: list[str]) -> None:
        if word:
            command.words.append("".join(word))
            word.clear()

    def _piece(self) -> str:
        """One quoted or unquoted piece of a word."""
        text, start = self._text, self._at
        sign = text[start]
        if sign == "'":
            end = text.find("'", start + 1)
            self._at = len(text) if end < 0 else end + 1
            return text[start + 1 : len(text) if end < 0 else end]
        if text.startswith("$'", start):
            return self._ansi()
        if sign == '"':
            return self._double()
        if sign == "\\":
            self._at += 3 if text.startswith("\\\r\n", start) else 2
            following = text[start + 1 : start + 2]
            return "" if following in ("\n", "\r") else following
        if sign == "$":
            return self._variable()
        plain = _PLAIN.match(text, start)
        self._at = plain.end() if plain else start + 1
        return text[start : self._at]

    def _ansi(self) -> str:
        """``$'…'`` with C's escapes, as browsers copy a request."""
        text, made = self._text, []
        at = self._at + 2
        while at < len(text) and text[at] != "'":
            if text[at] != "\\":
                made.append(text[at])
                at += 1
                continue
            code = re.compile(r"x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})").match(text, at + 1)
            if code:
                made.append(_character(code))
                at = code.end()
            else:
                made.append(_ANSI.get(text[at + 1 : at + 2], text[at : at + 2]))
                at += 2
        self._at = at + 1
        return "".join(made)

    def _double(self) -> str:
        text, made = self._text, []
        self._at += 1
        while self._at < len(text) and text[self._at] != '"':
            sign, following = text[self._at], text[self._at + 1 : self._at + 2]
            if sign == "\\" and following and following in '"\\$`\n':
                made.append("" if following == "\n" else following)
                self._at += 2
            elif sign == "$":
                made.append(self._variable())
            else:
                made.append(sign)
                self._at += 1
        self._at += 1
        return "".join(made)

    def _variable(self) -> str:
        text = self._text
        if text.startswith("$(", self._at):
            return self._substitution()
        match = _VARIABLE.match(text, self._at)
        if match is None:
            self._at += 1
            return "$"
        self._at = match.end()
        return self._filled(match)

    def _filled(self, match: re.Match[str]) -> str:
        name = match[1] or match[3]
        if name in self._set:
            self._budget.spend(len(self._set[name]))
            return self._set[name]
        variable = placeholder(name, match[2] or None)
        self.placeholders[variable.name] = variable
        return f"${{{variable.name}}}"

    def _substitution(self) -> str:
        """The value of ``$(…)``: a here-document, what ``output`` returns for the command, or a placeholder."""
        start, depth = self._at, 0
        inner = _HEREDOC.search(self._text, start)
        if inner and self._text[start:].lstrip("$( ").startswith("cat") and inner.start() < start + 40:
            self._at = inner.end()
            holder = ShellCommand()
            self._heredocs.append((inner[2] or inner[3] or inner[4], bool(inner[1]), bool(inner[2] or inner[3]), holder))
            self._at = self._line_end(self._at) + 1
            self._read_heredocs()
            end = self._text.find(")", self._at)
            self._at = len(self._text) if end < 0 else end + 1
            return holder.heredoc or ""
        for position in range(start + 1, len(self._text)):
            depth += {"(": 1, ")": -1}.get(self._text[position], 0)
            if depth == 0:
                self._at = position + 1
                if (printed := self._printed(self._text[start + 2 : position])) is not None:
                    return printed
                output = placeholder(self._text[start + 2 : position][:60])
                self.placeholders[output.name] = output
                return f"${{{output.name}}}"
        self._at = len(self._text)
        return ""

    def _printed(self, script: str) -> str | None:
        """What a script in ``$(…)`` prints; None when that is not known."""
        if self._depth >= _DEEPEST:
            return None
        self._budget.spend(_A_SCRIPT)
        inner = ShellReader(script, self._output, self._depth + 1)
        inner._set, inner._budget, inner.placeholders = self._set, self._budget, self.placeholders
        commands = inner.commands()
        printed = self._output(commands[-1]) if commands else None
        if printed is not None:
            self._budget.spend(len(printed))
        return printed

    def _read_heredocs(self) -> None:
        for ending, tabs, literal, command in self._heredocs:
            lines: list[str] = []
            while self._at < len(self._text):
                end = self._line_end(self._at)
                line = self._text[self._at : end].rstrip("\r")
                self._at = end + 1
                if line.strip() == ending:
                    break
                lines.append(line.lstrip("\t") if tabs else line)
            body = "\n".join(lines)
            command.heredoc = body if literal else self._expanded(body)
        self._heredocs = []

    def _expanded(self, body: str) -> str:
        escaped = re.sub(r"\\([$`\\])", lambda sign: {"$": "\0", "`": "`", "\\": "\1"}[sign[1]], body)
        return _VARIABLE.sub(self._filled, escaped).replace("\0", "$").replace("\1", "\\")

    def _line_end(self, at: int) -> int:
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end


def _character(code: re.Match[str]) -> str:
    number = int(code[4], 8) if code[4] else int(code[1] or code[2] or code[3], 16)
    return chr(number) if number < 0x110000 else ""


def _without_carets(text: str) -> str:
    """A command for cmd.exe as one for bash: a caret escapes the next character and joins lines, ``%NAME%`` is a variable."""
    flat = re.sub(r"\^(.)", r"\1", re.sub(r"\^\r?\n", " ", text))
    return _CMD_VARIABLE.sub(r"${\1}", flat)
