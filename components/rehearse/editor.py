"""Edit tests: a form for the simple ones, YAML for all. Both change the same text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from components.shell import fields, state
from components.shell.formatting import plain
from greenroom.errors import GreenroomError
from greenroom.model.rehearsal import Suite
from greenroom.rehearsal.reading import ReadFile, read
from greenroom.rehearsal.writing import SimpleStep, SimpleTest, id_for, simple_of
from greenroom.services import current

NEW = ""
SAYS, MUST = "Caller says", "Agent must say"


def draw(suite: Suite) -> None:
    found = read(suite.text)
    form, text = st.tabs(["Form", "YAML"])
    with form:
        _form(suite, found)
    with text:
        _yaml(suite, found)


def _form(suite: Suite, found: ReadFile) -> None:
    if found.content is None and found.spans:
        st.warning("The file has errors. Correct them under YAML.", icon=":material/error:")
        return
    scenarios = {one.id: one for one in found.content.scenarios} if found.content else {}
    names = {NEW: "New test"} | {one.id: one.title for one in scenarios.values()}
    chosen = st.selectbox("Test", list(names), format_func=names.__getitem__, key=fields.key(f"rehearse_test/{suite.id}"))
    test = simple_of(scenarios[chosen]) if chosen in scenarios else SimpleTest(NEW, "", (SimpleStep(""),))
    if test is None:
        st.info("This test uses parts that the form doesn't show. Edit it under YAML.", icon=":material/code:")
        _delete_button(suite, chosen)
        return
    _fields(suite, test, scenarios)


def _fields(suite: Suite, test: SimpleTest, taken: dict[str, Any]) -> None:
    at = f"{suite.id}/{test.id}/{suite.revision}"
    with st.form(f"rehearse_form/{at}", border=False):
        title = st.text_input(
            "Title", test.title, key=f"rehearse_title/{at}", max_chars=80, placeholder="Knows the breakfast hours"
        )
        rows = [{SAYS: step.say, MUST: " | ".join(step.must_say)} for step in test.steps]
        steps = st.data_editor(rows, num_rows="dynamic", key=f"rehearse_steps/{at}", hide_index=True, column_config=_COLUMNS)
        never = st.text_input(
            "Must never say", " | ".join(test.never), key=f"rehearse_never/{at}", help="In any reply. Separate phrases with |."
        )
        words, questions, repeat = _limits(test, at)
        blocking = st.checkbox("Blocks a release", test.gate == "block", key=f"rehearse_gate/{at}", help="Off: reported only.")
        saved = st.form_submit_button("Save test", icon=":material/save:", type="primary")
    if saved:
        made = replace(
            test,
            id=test.id or id_for(title, taken),
            title=" ".join(title.split()),
            steps=tuple(SimpleStep(str(row[SAYS]).strip(), _phrases(row[MUST])) for row in steps if str(row[SAYS] or "").strip()),
            never=_phrases(never),
            max_words=words,
            max_questions=questions,
            gate="block" if blocking else "watch",
            repeat=repeat,
        )
        _save(suite, made, test.id)
    if test.id:
        _delete_button(suite, test.id)


def _limits(test: SimpleTest, at: str) -> tuple[int, int, int]:
    """Most words and questions of a reply, and how often the test runs."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.number_input(
            "Words per reply, at most", 1, 500, test.max_words or None, key=f"rehearse_words/{at}", placeholder="No limit"
        )
        most = test.max_questions if test.max_questions >= 0 else None
        questions = st.number_input(
            "Questions per reply, at most", 0, 20, most, key=f"rehearse_questions/{at}", placeholder="No limit"
        )
        repeat = st.number_input("Repeats", 1, 1000, test.repeat, key=f"rehearse_times/{at}")
    return int(words or 0), -1 if questions is None else int(questions), int(repeat)


_COLUMNS = {
    SAYS: st.column_config.TextColumn(SAYS, help="One line of the caller per row.", width="large"),
    MUST: st.column_config.TextColumn(MUST, help="In the reply to this line. One of several: separate with |.", width="large"),
}


def _phrases(text: Any) -> tuple[str, ...]:
    return tuple(phrase for part in str(text or "").split("|") if (phrase := part.strip()))


def _save(suite: Suite, test: SimpleTest, replaces: str) -> None:
    if not test.title or not test.steps:
        st.error("Enter a title and at least one line of the caller.", icon=":material/error:")
        return
    if _do(lambda: current().rehearsals.suites.save_test(suite, test, replaces)):
        state.show(state.Banner("Test saved.", good=True))
        st.rerun()


def _delete_button(suite: Suite, identity: str) -> None:
    st.button(
        "Delete test", icon=":material/delete:", type="tertiary", key="rehearse_delete", on_click=_delete, args=(suite, identity)
    )


def _delete(suite: Suite, identity: str) -> None:
    rehearsals = current().rehearsals
    if not _do(lambda: rehearsals.suites.remove_test(suite, identity)):
        return

    def restore() -> None:
        _do(lambda: rehearsals.suites.save(suite.id, suite.text, rehearsals.suites.get(suite.id).revision))

    fields.clear(f"rehearse_test/{suite.id}")
    state.show(state.Banner("Test deleted.", good=True, undo=restore))


def _yaml(suite: Suite, found: ReadFile) -> None:
    at = f"{suite.id}/{suite.revision}"
    text = st.text_area("Scenario file", suite.text, key=f"rehearse_yaml/{at}", height=420)
    if st.button("Save file", icon=":material/save:", type="primary", key="rehearse_save_yaml") and _do(
        lambda: current().rehearsals.suites.save(suite.id, text, suite.revision)
    ):
        st.rerun()
    for fault in found.faults:
        show = st.error if fault.blocking else st.info
        show(f"Line {fault.line}: {plain(fault.message)}", icon=":material/error:" if fault.blocking else ":material/info:")
    st.caption("The format is described in docs/rehearse.md. The same file runs in CI.")


def _do(work: Callable[[], object]) -> bool:
    try:
        work()
    except GreenroomError as error:
        state.show_error(error)
        return False
    return True
