"""No page hands Streamlit a foreign text as Markdown: in its calls, what others wrote goes through ``plain`` or ``inline``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
#: What Streamlit reads as Markdown: the first argument, ``label`` and ``help``.
MARKDOWN = {
    "markdown",
    "caption",
    "write",
    "error",
    "warning",
    "info",
    "success",
    "toast",
    "header",
    "subheader",
    "title",
    "badge",
    "metric",
    "button",
    "popover",
    "expander",
    "checkbox",
    "toggle",
    "radio",
    "multiselect",
    "text_input",
    "text_area",
    "number_input",
    "slider",
    "download_button",
    "link_button",
    "page_link",
    "form_submit_button",
    "file_uploader",
    "progress",
    "spinner",
    "status",
    "segmented_control",
    "pills",
}
ESCAPES = frozenset({"plain", "inline", "as_markdown", "inline_sentence", "quoted", "_as_written"})
#: Attributes that hold what agents, files, servers and people wrote.
FOREIGN = {
    "message",
    "advice",
    "problem",
    "detail",
    "end_detail",
    "author",
    "text",
    "agent_name",
    "person",
    "comment",
    "reason",
    "why",
    "destination",
    "channel",
    "unfinished",
    "fix_label",
    "refused",
    "error",
    "fault",
    "note",
    "server",
    "tool",
    "description",
}
#: Variables that hold errors; others are named after what is drawn, and are escaped where they are made.
ERRORS = frozenset({"error", "fault"})
#: Written by this repository.
OURS = frozenset({"result.message", "setting.help", "choice.note", "cost.note", "forecast.cost.note"})


def foreign(node: ast.expr) -> Iterator[str]:
    """Expressions in an argument that nothing escapes."""
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in ESCAPES:
            return
        if name in ("len", "bool"):
            return
    if isinstance(node, ast.IfExp):  # its test is not shown
        yield from foreign(node.body)
        yield from foreign(node.orelse)
        return
    if isinstance(node, ast.Compare):
        return
    shown = ast.unparse(node)
    named = isinstance(node, ast.Attribute) and node.attr in FOREIGN and shown not in OURS
    if named or (isinstance(node, ast.Name) and node.id in ERRORS):
        yield shown
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from foreign(child)


def calls(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in MARKDOWN:
            continue
        drawn = [*node.args[:1], *(word.value for word in node.keywords if word.arg in ("label", "help"))]
        if node.func.attr == "progress":
            drawn = [word.value for word in node.keywords if word.arg == "text"] + node.args[1:2]
        for argument in drawn:
            yield from ((node.lineno, found) for found in foreign(argument))


def test_what_others_wrote_is_escaped_wherever_it_is_drawn():
    files = [*(ROOT / "components").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    assert files
    assert [f"{path.relative_to(ROOT)}:{line}: {found}" for path in sorted(files) for line, found in calls(path)] == []


def test_the_law_sees_what_nothing_escapes():
    seen = list(foreign(ast.parse("f'**{x.title} {inline(error.message)}** {error.advice}'", mode="eval").body))
    assert seen == ["error.advice"]
