"""The output of simple commands in a script, as far as it is known: ``cat``, ``echo``, ``printf``, ``tee`` and ``jq -n``."""

from __future__ import annotations

import json
import re

from greenroom.formats.document import UnreadableText
from greenroom.formats.object_literals import read_object
from greenroom.formats.shell import ShellCommand

#: A string, or what follows a quote that isn't closed; a variable.
_JQ_NAME = re.compile(r'"(?:[^"\\]++|\\[\s\S])*+(?:"|\\?\Z)|\$([A-Za-z_]\w*)')
_JQ_FLAGS = frozenset({"-n", "--null-input", "-c", "--compact-output", "-r", "--raw-output", "-nc", "-cn", "-nr", "-rn"})


def output_of(command: ShellCommand, files: dict[str, str]) -> str | None:
    """What a command prints; None when that is not known. ``files`` are those that the script has written."""
    words, _ = _redirected(command.words)
    name = words[0].rpartition("/")[2] if words else ""
    if name == "cat":
        return input_of(command, files) if len(words) == 1 or words[1] == "-" else files.get(words[1])
    if name == "tee":
        return input_of(command, files)
    if name == "echo":
        return " ".join(word for word in words[1:] if word not in ("-n", "-e", "-E"))
    if name == "printf":
        return words[-1] if len(words) == 2 or len(words) == 3 and words[1] in ("%s", "%s\\n", "%s\n") else None
    return _jq(words[1:]) if name == "jq" else None


def input_of(command: ShellCommand, files: dict[str, str]) -> str | None:
    """What a command reads from its standard input; None when that is not known."""
    if command.heredoc is not None:
        return command.heredoc
    for number, word in enumerate(command.words):
        if word.startswith("<<<"):
            return word[3:] or "".join(command.words[number + 1 : number + 2])
        if word == "<":
            return files.get("".join(command.words[number + 1 : number + 2]))
    return output_of(command.source, files) if command.source is not None else None


def written_files(commands: list[ShellCommand]) -> dict[str, str]:
    """The files that a script writes, with their text."""
    files: dict[str, str] = {}
    for command in commands:
        words, target = _redirected(command.words)
        if words and words[0] == "tee" and len(words) > 1:
            target = words[1]
        text = output_of(command, files) if target else None
        if text is not None:
            files[target.removeprefix("./")] = text
    return files


def _redirected(words: list[str]) -> tuple[list[str], str]:
    """The words without a redirection of what the command prints, and the file that it goes to."""
    for number, word in enumerate(words):
        if word.startswith(">") and words[0] in ("cat", "echo", "printf", "jq"):
            target = word.lstrip(">") or "".join(words[number + 1 : number + 2])
            used = 1 if word.lstrip(">") else 2
            return [*words[:number], *words[number + used :]], target
    return words, ""


def _jq(words: list[str]) -> str | None:
    """The JSON that ``jq -n --arg name value '{…}'`` makes: an object literal with the values given beside it."""
    given: dict[str, str] = {}
    program, rest = "", iter(words)
    for word in rest:
        if word in ("--arg", "--argjson"):
            name, value = next(rest, ""), next(rest, "")
            given[name] = json.dumps(value, ensure_ascii=False) if word == "--arg" else value
        elif word not in _JQ_FLAGS:
            program = program or word
    if not program.lstrip().startswith("{") or "\\(" in program:
        return None
    literal = _JQ_NAME.sub(lambda match: given.get(match[1], match[1]) if match[1] else match[0], program)
    try:
        return json.dumps(read_object(literal), ensure_ascii=False)
    except UnreadableText:
        return None
