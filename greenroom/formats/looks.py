"""What a text looks like: the reader that fits best, or a language that isn't read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from greenroom.formats.curl import is_curl
from greenroom.formats.env_files import is_env
from greenroom.formats.http_files import is_http_file
from greenroom.formats.json_text import is_entries, is_quoted_json
from greenroom.formats.languages import ENDINGS as OTHER_ENDINGS
from greenroom.formats.languages import other_language
from greenroom.formats.powershell import is_powershell
from greenroom.formats.yaml_text import is_yaml

#: Endings of files → the reader to try first.
ENDINGS: Mapping[str, str] = {
    "json": "json",
    "jsonc": "json",
    "json5": "json",
    "jsonl": "json",
    "ndjson": "json",
    "har": "json",
    "toml": "toml",
    "http": "http",
    "rest": "http",
    "bru": "http",
    "yaml": "yaml",
    "yml": "yaml",
    "sh": "curl",
    "bash": "curl",
    "curl": "curl",
    "py": "python",
    "ipynb": "json",
    "js": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "jsx": "javascript",
    "ts": "javascript",
    "tsx": "javascript",
    "ps1": "powershell",
    "env": "env",
    "md": "markdown",
    "mdx": "markdown",
}
#: Reader → how a refusal calls its format.
NAMES = {
    "json": "JSON",
    "yaml": "YAML",
    "curl": "a shell script",
    "python": "Python",
    "javascript": "JavaScript or TypeScript",
    "powershell": "PowerShell",
    "env": "an environment file",
    "markdown": "Markdown",
    "http": "an HTTP request",
    "toml": "TOML",
}
_PYTHON = re.compile(r"(?m)^[ \t]*(def |class |import \w|from [\w.]+ import |print\(|async def |if __name__)")
_JAVASCRIPT = re.compile(
    r"(?m)^[ \t]*(const |let |var |import .*from |export |async function |function |await |//)|=>|require\(|\bnew [A-Z]"
)
#: Marks without which a text is not tried as something that it doesn't look like.
_TOML = re.compile(r"(?m)^\[\[?[\w.\"-]+\]\]?\s*(#.*)?$")
_MARKS = {
    "toml": _TOML,
    "yaml": re.compile(r"(?m)^[ \t]*[\w\"'-]+:(\s|$)"),
    "python": re.compile(r"[={(]"),
    "javascript": re.compile(r"\{"),
}
_ARRAY = re.compile(r"\s*\[\s*([\[{\]\"\d-]|true|false|null|//|/\*)")


def looks_like(text: str, file_name: str = "") -> str:
    """The name of the reader that fits best, or of a language that isn't read."""
    ending = file_name.lower().rpartition(".")[2] if "." in file_name or file_name.startswith(".") else ""
    if ending in ENDINGS:
        return ENDINGS[ending]
    if is_env(text) or re.fullmatch(r"\.?env(\..*)?", file_name.lower()):
        return "env"
    looks = {
        "json": text.lstrip()[:1] == "{" or _ARRAY.match(text) is not None or is_entries(text) or is_quoted_json(text),
        "http": is_http_file(text),
        "curl": is_curl(text),
        "toml": _TOML.search(text) is not None and "=" in text,
    }
    likely = next((name for name, fits in looks.items() if fits), "")
    if language := other_language(text, ending) if likely in ("", "toml") or ending in OTHER_ENDINGS else "":
        return language
    if likely:
        return likely
    if is_powershell(text):
        return "powershell"
    if is_yaml(text):
        return "yaml"
    if _PYTHON.search(text):
        return "python"
    return "javascript" if _JAVASCRIPT.search(text) else "yaml"


def is_worth_trying(name: str, text: str) -> bool:
    """Whether a reader that is not the guess is worth trying."""
    if name == "curl":
        return is_curl(text)
    if name == "env":
        return is_env(text)
    if name == "json":
        return text.lstrip()[:1] in '{["'
    if name == "http":
        return is_http_file(text)
    if name == "powershell":
        return is_powershell(text)
    return bool(_MARKS[name].search(text))
