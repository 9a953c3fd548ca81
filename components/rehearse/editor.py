"""Edits tests: a form for simple ones, YAML for all. Both change the suite's text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from components.rehearse import form_carry
from components.rehearse.form_carry import MOST_LINES, shown, shown_text
from components.rehearse.phrases import phrases_in
from components.shell import field_errors, fields, state
from components.shell.formatting import plain
from greenroom.errors import GreenroomError
from greenroom.model.rehearsal import Suite
from greenroom.rehearsal.reading import ReadFile, read
from greenroom.rehearsal.writing import SimpleStep, SimpleTest, id_for, simple_of
from greenroom.services import current

NEW = ""
SAYS, MUST = "Caller says", "Agent must say"
LINES, FEWEST_LINES = "lines", 3


def draw(suite: Suite) -> None:
    """Draw form and YAML. A suite with faults can be edited; it can't run."""
    file = read(suite.text)
    form, text = st.tabs(["Form", "YAML"])
    with form:
        _form(suite, file)
    with text:
        _yaml(suite, file)


def _form(suite: Suite, file: ReadFile) -> None:
    if file.content is None and file.spans:
        st.warning("The file has errors. Correct them under YAML.", icon=":material/error:")
        return
    scenarios = {one.id: one for one in file.content.scenarios} if file.content else {}
    names = {NEW: "New test"} | {one.id: one.title for one in scenarios.values()}
    field = f"rehearse_test/{suite.id}"
    now = fields.shown(field, NEW, names)
    fields.relabel(field, now, names[now])
    at = list(names).index(now)
    chosen = st.selectbox("Test", list(names), at, format_func=names.__getitem__, key=fields.key(field))
    test = simple_of(scenarios[chosen]) if chosen in scenarios else SimpleTest(NEW, "", (SimpleStep(""),))
    if test is None:
        st.info("This test uses parts that the form doesn't show. Edit it under YAML.", icon=":material/code:")
        _delete_button(suite, chosen)
        return
    _fields(suite, test, scenarios)


def _fields(suite: Suite, test: SimpleTest, taken: dict[str, Any]) -> None:
    name = f"rehearse_form/{suite.id}/{test.id}"
    at = _form_key(name, test)
    with st.form(at, border=False, enter_to_submit=False):
        title = st.text_input(
            "Title",
            shown_text(test, "title", at),
            key=f"rehearse_title/{at}",
            placeholder="Knows the breakfast hours",
        )
        field_errors.draw(at, "title")
        steps = _lines(test, name, at)
        never = st.text_input(
            "Must never say",
            shown_text(test, "never", at),
            key=f"rehearse_never/{at}",
            help="In any reply. Separate phrases with |.",
        )
        called = st.text_input(
            "Must call", shown_text(test, "called", at), key=f"rehearse_called/{at}", help="Tools of the agent. Separate with |."
        )
        words, questions, repeat = _limits(test, at)
        blocking = st.checkbox("Blocks a release", shown(test, "gate", at), key=f"rehearse_gate/{at}", help="Off: reported only.")
        saved = st.form_submit_button("Save test", icon=":material/save:", type="primary")
    if saved:
        made = replace(
            test,
            id=test.id or id_for(title, taken),
            title=" ".join(title.split()),
            steps=steps,
            never=phrases_in(never),
            must_call=phrases_in(called),
            max_words=words,
            max_questions=questions,
            gate="block" if blocking else "watch",
            repeat=repeat,
        )
        _save(suite, made, test.id, name)
    if test.id:
        _delete_button(suite, test.id)


def _form_key(name: str, test: SimpleTest) -> str:
    """The form's key, new for each state of the test, so that its fields show that state.

    Values that were sent over an older state are kept; about text that wasn't sent the browser asks.
    """
    begun = f"{name}/begun"
    was, old = fields.shown(begun, test), fields.key(name)
    fields.keep(begun, test)
    if was != test:
        fields.renew(name)
        if form_carry.carry(was, test, old, fields.key(name)):
            state.show(
                state.Banner("Another tab saved this test while you typed.", "Your changes are still here. Save to keep them.")
            )
            st.rerun()  # the banner is drawn above
    return fields.key(name)


def _lines(test: SimpleTest, name: str, at: str) -> tuple[SimpleStep, ...]:
    """The caller's lines in order, each with what the agent must say in its reply; empty ones don't count."""
    count = max(len(test.steps) + 1, FEWEST_LINES, _added(name))
    steps = []
    for number in range(count):
        seen = "visible" if number == 0 else "collapsed"
        with st.container(key=f"rehearse_line/{number}/{at}"):  # stage.css: on a phone, each field shows its label
            left, right = st.columns(2)
        says = left.text_input(
            SAYS,
            shown_text(test, f"says/{number}", at),
            key=f"rehearse_says/{number}/{at}",
            label_visibility=seen,
            placeholder="–",
        )
        must = right.text_input(
            MUST,
            shown_text(test, f"must/{number}", at),
            key=f"rehearse_must/{number}/{at}",
            label_visibility=seen,
            placeholder="Any reply",
            help="In the reply to this line. One of several: separate with |." if number == 0 else None,
        )
        if says.strip():
            steps.append(SimpleStep(says.strip(), phrases_in(must)))
    for field in ("lines", "must_say"):
        field_errors.draw(at, field)
    st.form_submit_button("Add line", icon=":material/add:", type="tertiary", on_click=_add_line, args=(name, count))
    return tuple(steps)


def _added(name: str) -> int:
    """How many lines the user asked for with Add line. The address keeps the number for a reload."""
    asked = st.query_params.get(LINES, "")
    return min(MOST_LINES, fields.shown(f"{name}/lines", int(asked) if asked.isdecimal() and len(asked) < 10 else 0))


def _add_line(name: str, count: int) -> None:
    fields.keep(f"{name}/lines", count + 1)
    st.query_params[LINES] = str(count + 1)


def _limits(test: SimpleTest, at: str) -> tuple[int, int, int]:
    """The most words and questions of a reply, 0 and -1 = no limit, and how often the test runs."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.number_input(
            "Words per reply, at most", 1, 500, shown(test, "words", at), key=f"rehearse_words/{at}", placeholder="No limit"
        )
        most = shown(test, "questions", at)
        questions = st.number_input(
            "Questions per reply, at most", 0, 20, most, key=f"rehearse_questions/{at}", placeholder="No limit"
        )
        repeat = st.number_input("Repeats", 1, 1000, shown(test, "times", at), key=f"rehearse_times/{at}")
    return int(words or 0), -1 if questions is None else int(questions), int(repeat)


def _save(suite: Suite, test: SimpleTest, replaces: str, form: str) -> None:
    at = fields.key(form)
    field_errors.clear(at)
    if not test.title:
        field_errors.add(at, "title", "The test has no title. Enter one.")
    if not test.steps:
        field_errors.add(at, "lines", "The caller says nothing. Enter at least one line.")
    if not field_errors.any_in(at):
        try:
            current().rehearsals.suites.save_test(suite, test, replaces)
        except GreenroomError as error:
            field_errors.tell(at, error)
        else:
            fields.clear(form)
            fields.let_go(f"{form}/begun")
            st.query_params.pop(LINES, None)
            state.show(state.Banner("Test saved.", good=True))
    st.rerun()


def _delete_button(suite: Suite, identity: str) -> None:
    st.button(
        "Delete test", icon=":material/delete:", type="tertiary", key="rehearse_delete", on_click=_delete, args=(suite, identity)
    )


def _delete(suite: Suite, identity: str) -> None:
    rehearsals = current().rehearsals
    if not state.succeeds(lambda: rehearsals.suites.remove_test(suite, identity)):
        return

    def restore() -> None:
        state.succeeds(lambda: rehearsals.suites.save(suite.id, suite.text, rehearsals.suites.get(suite.id).revision))

    fields.clear(f"rehearse_test/{suite.id}")
    state.show(state.Banner("Test deleted.", good=True, undo=restore))


def _yaml(suite: Suite, file: ReadFile) -> None:
    name = f"rehearse_yaml/{suite.id}"
    begun, stored = f"{name}/begun", (suite.revision, suite.text)
    before = fields.shown(begun, stored)
    if before != stored and fields.shown(name, suite.text) == before[1]:  # nothing was typed: follow
        fields.clear(name)
        before = stored
    text = st.text_area("Scenario file", fields.shown(name, suite.text), key=fields.key(name), height=420)
    fields.keep(name, text)
    fields.keep(begun, stored if text == suite.text else before)
    unlike = before != stored and text != suite.text
    if text != suite.text:
        with st.container(key=f"{fields.key(name)}/unsaved"):  # the browser keeps the text then (frontend/src/unsent)
            if unlike:
                _changed_elsewhere(suite, name)
            else:
                st.caption("Not saved yet.")
    # The click may arrive in the same run that finds the other tab's change.
    pressed = st.button("Save file", icon=":material/save:", type="primary", key="rehearse_save_yaml", disabled=unlike)
    if pressed and not unlike and state.succeeds(lambda: current().rehearsals.suites.save(suite.id, text, suite.revision)):
        fields.clear(name, begun)
        st.rerun()
    for fault in file.faults:
        show = st.error if fault.blocking else st.info
        show(f"Line {fault.line}: {plain(fault.message)}", icon=":material/error:" if fault.blocking else ":material/info:")
    for misfit in current().rehearsals.misfits(suite.agent_id, file.content.scenarios) if file.content is not None else ():
        st.warning(f"Line {plain(str(misfit.line))}: {plain(misfit.message)}", icon=":material/warning:")
    st.caption("The format is described in docs/rehearse.md. The same file runs in CI.")


def _changed_elsewhere(suite: Suite, name: str) -> None:
    """Show both versions of the file. Nothing is saved until one is chosen."""
    begun = f"{name}/begun"
    st.warning("This file was changed in another tab. Both versions are kept: choose one.", icon=":material/sync_problem:")
    with st.container(horizontal=True):
        keep = (begun, (suite.revision, suite.text))
        st.button("Keep my version", key="rehearse_keep_yaml", on_click=fields.put, args=keep)
        st.button("Load their version", key="rehearse_load_yaml", on_click=fields.clear, args=(name, begun))
    with st.expander("Their version", icon=":material/difference:"):
        st.code(suite.text, language="yaml", wrap_lines=True)
