"""The rules of a mock, each with a condition on the arguments, an answer and a delay. The first that matches answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from components.shell import error_text, fields
from components.shell.formatting import inline
from greenroom.model.agent import AgentId
from greenroom.tools.conditions import condition_text, conditions_in, result_in, result_text
from greenroom.tools.mocks import MOST_DELAY_MS, MockRule, ToolMock

Save = Callable[[ToolMock], None]
RESULT, ERROR, NEVER = "Result", "Error", "Never answers"
KINDS = (RESULT, ERROR, NEVER)


def draw_rules(agent: AgentId, mock: ToolMock, save: Save) -> None:
    """Draw the rules. ``save`` is called in a callback with the changed mock."""
    for number, rule in enumerate(mock.rules):
        _rule(agent, mock, number, rule, save)
    fresh = replace(mock, rules=(*mock.rules, MockRule(result={"message": "Done."})))
    st.button("Add rule", icon=":material/add:", key=f"add-rule/{mock.tool}", on_click=save, args=(fresh,))


def _rule(agent: AgentId, mock: ToolMock, number: int, rule: MockRule, save: Save) -> None:
    base, groups = f"mock/{agent}/{mock.tool}/{number}", (f"mocks/{agent}/{mock.tool}",)
    changed = {"on_change": _changed, "args": (base, groups, mock, number, save)}

    def keyed(part: str) -> str:
        return fields.key(f"{base}/{part}", *groups)

    when, kind, after, remove = st.columns([5, 3, 2, 1], vertical_alignment="bottom")
    stored, fault = condition_text(rule.when), _unreadable(fields.value(keyed("when")))
    shown = stored if fault else fields.follow(f"{base}/when", stored, *groups)
    help_text = "Arguments that must match, such as nights = 2, city = par*. Leave empty for every call."
    when.text_input(f"{number + 1}. When", shown, key=keyed("when"), placeholder="every call", help=help_text, **changed)
    if fault:
        with st.container(key=f"{keyed('when')}/unsaved"):  # the browser keeps it then (frontend/src/unsent)
            st.caption(f":red[:material/error: {inline(fault)}. This change isn't saved yet.]")
    chosen = fields.follow(f"{base}/kind", _kind(rule), *groups)
    kind.selectbox("Answer", KINDS, KINDS.index(chosen), key=keyed("kind"), **changed)
    waits = fields.follow(f"{base}/after", rule.after_ms, *groups)
    after.number_input("After (ms)", 0, MOST_DELAY_MS, waits, 100, key=keyed("after"), disabled=rule.never, **changed)
    rest = tuple(one for at, one in enumerate(mock.rules) if at != number)
    remove.button(
        "",
        icon=":material/delete:",
        key=f"remove-rule/{mock.tool}/{number}",
        help=f"Remove rule {number + 1}",
        on_click=_removed,
        args=(groups, replace(mock, rules=rest), save),
    )
    if not rule.never:
        answer = fields.follow(f"{base}/said", rule.error or result_text(rule.result), *groups)
        label = "Error the model gets" if rule.error else "Result the model gets (JSON or text)"
        st.text_area(label, answer, key=keyed("said"), height=80 if len(answer) < 120 else 140, **changed)


def _kind(rule: MockRule) -> str:
    return NEVER if rule.never else ERROR if rule.error else RESULT


def _changed(base: str, groups: tuple[str, ...], mock: ToolMock, number: int, save: Save) -> None:
    before = mock.rules[number]

    def typed(part: str, otherwise: object) -> object:
        value = fields.value(fields.key(f"{base}/{part}", *groups))
        return otherwise if value is None else value

    if _unreadable(text := str(typed("when", ""))):
        return  # the field shows the error
    kind, answer = typed("kind", RESULT), str(typed("said", before.error or result_text(before.result)))
    rule = replace(
        before,
        when=conditions_in(text),
        result=result_in(answer) if kind == RESULT else None,
        error=answer.strip() or "The server failed." if kind == ERROR else "",
        after_ms=int(str(typed("after", 0))),
        never=kind == NEVER,
    )
    if kind == RESULT and before.error:
        rule = replace(rule, result={"message": before.error})
    save(replace(mock, rules=(*mock.rules[:number], rule, *mock.rules[number + 1 :])))


def _unreadable(typed: object) -> str:
    """Why the typed text isn't a condition; "" if it is one, or empty."""
    try:
        conditions_in(typed if isinstance(typed, str) else "")
    except ValueError as error:
        return error_text.message(error)
    return ""


def _removed(groups: tuple[str, ...], mock: ToolMock, save: Save) -> None:
    fields.renew(*groups)
    save(mock)
