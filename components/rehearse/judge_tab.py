"""The judge's tab: whether it may decide, its exam, and replies from the user's own sessions to label for it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.shell import fields, state
from components.shell.formatting import plain
from components.shell.fragment import refreshed
from components.shell.spreadsheet import safe_row
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId
from greenroom.plurals import counted
from greenroom.rehearsal.judging import MIN_KAPPA, MIN_TNR, MIN_TPR, NO_ANSWERS, ExamResult, Label
from greenroom.rehearsal.scenario import Scenario
from greenroom.services import current
from greenroom.services.rehearsals import ReplyToLabel

REFRESH_S = 1.0
CRITERION = "judge_criterion"


def draw(agent_id: AgentId, scenarios: Sequence[Scenario]) -> None:
    _status()
    st.header("Label replies", anchor=False)
    st.caption(
        "Mark replies from your own sessions as pass or fail. They become part of the exam, which then measures the judge by "
        "your standard."
    )
    _labeling(agent_id, scenarios)


def _status() -> None:
    """Draw the judge's name, the button of its exam, and the result."""
    judge = current().rehearsals.judge
    if not judge.configured:
        st.info(
            "No judge is set, so judge checks stay unknown. Set GREENROOM_JUDGE_URL and GREENROOM_JUDGE_MODEL to an "
            "OpenAI-compatible model; the built-in one (135M parameters) is too small.",
            icon=":material/gavel:",
        )
        return
    questions = len(judge.labels)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(judge.name)}**", width="content")
        running = judge.exam_progress()
        st.button(
            "Take the exam",
            icon=":material/gavel:",
            key="judge_exam",
            disabled=running is not None,
            help=f"Asks the judge about {questions} labeled replies.",
            on_click=_start,
        )
    if running is not None:
        _progress()
        return
    result = judge.result()
    if result is None:
        st.warning(
            f"This judge hasn't taken the exam with these {questions} labels, so its checks stay unknown.", icon=":material/help:"
        )
        return
    _result(result)


def _result(result: ExamResult) -> None:
    if result.fit:
        st.success("Passed: this judge's verdicts count.", icon=":material/check:")
    elif result.silent:
        st.error(NO_ANSWERS, icon=":material/cancel:")
        return
    else:
        st.error("Failed: this judge's checks stay unknown and never turn a test green.", icon=":material/cancel:")
    passes, fails = result.right_pass + result.missed_pass, result.right_fail + result.missed_fail
    rows = [
        _row("Agreement", result.right_pass + result.right_fail, result.labels, None, ""),
        _row("Passes recognized (TPR)", result.right_pass, passes, result.tpr, f"interval above {MIN_TPR:.0%}"),
        _row("Fails recognized (TNR)", result.right_fail, fails, result.tnr, f"interval above {MIN_TNR:.0%}"),
        safe_row(
            {
                "": "Kappa",
                "Result": f"{result.kappa:.2f}".replace("-", "\N{MINUS SIGN}"),
                "95% interval": "",
                "Required": f"at least {MIN_KAPPA}",
            }
        ),
    ]
    st.dataframe(rows, hide_index=True)


def _row(name: str, right: int, of: int, interval: tuple[float, float] | None, needed: str) -> dict[str, str]:
    shown = f"{interval[0]:.0%} to {interval[1]:.0%}" if interval is not None else ""
    return safe_row({"": name, "Result": f"{right} of {of}", "95% interval": shown, "Required": needed})


@refreshed(REFRESH_S)
def _progress() -> None:
    progress = current().rehearsals.judge.exam_progress()
    if progress is None:
        st.rerun()
        return
    st.progress(progress.done / max(progress.questions, 1), f"{progress.done} of {progress.questions} replies")


def _start() -> None:
    try:
        current().rehearsals.judge.start_exam()
    except GreenroomError as error:
        state.show_error(error)


def _labeling(agent_id: AgentId, scenarios: Sequence[Scenario]) -> None:
    labels = current().rehearsals.labels
    given = labels.own()
    criteria = dict.fromkeys(str(check.value) for one in scenarios for check in one.checks if check.kind == "judge")
    criteria |= dict.fromkeys(one.criterion for one in given)
    criterion = st.selectbox(
        "Criterion",
        list(criteria),
        index=0 if criteria else None,
        key=f"{CRITERION}/{agent_id}",
        accept_new_options=True,
        placeholder="Says that it doesn't know and offers a callback",
        help="One thing that a reply must do. Choose a criterion from your tests, or type a new one.",
    )
    if criterion:
        _next_reply(agent_id, criterion)
    if given:
        passed = sum(one.label == "pass" for one in given)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{counted(len(given), 'label')} of yours: {passed} pass, {len(given) - passed} fail.")
            st.button("Undo last label", icon=":material/undo:", type="tertiary", key="label_undo", on_click=_undo)


def _next_reply(agent_id: AgentId, criterion: str) -> None:
    left = current().rehearsals.labels.open(agent_id, criterion)
    skipped = fields.shown(f"label_skipped/{criterion}", ())
    reply = next((one for one in left if one.source not in skipped), None)
    if reply is None:
        st.info("No more replies to label for this criterion. Talk to the agent, or run its tests.", icon=":material/done_all:")
        return
    with st.container(border=True, key="label_reply"):
        st.markdown(f"Caller: {plain(reply.caller)}")
        st.markdown(f"**Agent: {plain(reply.reply)}**")
    with st.container(horizontal=True):
        for label, icon in (("pass", ":material/check:"), ("fail", ":material/close:")):
            st.button(label.title(), icon=icon, key=f"label_{label}", on_click=_give, args=(criterion, reply, label))
        st.button("Skip", type="tertiary", key="label_skip", on_click=_skip, args=(criterion, reply))


def _give(criterion: str, reply: ReplyToLabel, label: Label) -> None:
    try:
        current().rehearsals.labels.give(criterion, reply, label)
    except GreenroomError as error:
        state.show_error(error)


def _skip(criterion: str, reply: ReplyToLabel) -> None:
    name = f"label_skipped/{criterion}"
    fields.put(name, (*fields.shown(name, ()), reply.source))


def _undo() -> None:
    labels = current().rehearsals.labels
    try:
        if given := labels.own():
            labels.take_back(given[-1])
    except GreenroomError as error:
        state.show_error(error)
