"""Prompt writing aids: lengths, variables, a preview and the speech linter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import streamlit as st

from components.shell.formatting import inline, plain
from components.studio import draft_fields
from components.studio.vendor_form import Form
from greenroom.catalog import rules
from greenroom.catalog.model_limits import is_reasoning_model
from greenroom.plurals import counted
from greenroom.prompting import estimate
from greenroom.prompting.finding import Finding, applied
from greenroom.prompting.languages import language_of
from greenroom.prompting.lint import TITLES, findings, fixed
from greenroom.prompting.script import GREETING, PURPOSES, SYSTEM, VARIABLES, Script, Text, script_of
from greenroom.prompting.variables import Variable, said, variables

#: How many findings of a kind are shown, how many characters around each, and the most characters of a finding itself.
SHOWN_SPOTS, CONTEXT, LONGEST_QUOTE = 3, 28, 90

_ORDER = {code: number for number, code in enumerate(TITLES)}

MARKS = {"warning": ":orange[:material/warning:]", "hint": ":gray[:material/lightbulb:]"}


def draw_prompt_aids(form: Form) -> None:
    """Draw below the prompt fields. Changes go through ``form.change``, which saves them with undo."""
    script = script_of_agent(form.values)
    st.caption(_counts(script))
    used = variables(script)
    if used:
        _variables(form, script, used)
        _preview(script)
    _speech_check(form, script)


def script_of_agent(values: Mapping[str, Any]) -> Script:
    """A draft's script with its recognition and voice languages and speaking speed, from the catalog."""
    languages, speed = {}, 1.0
    for field in rules.fields(values):
        role, value = field.key.partition(".")[0], rules.value_of(field, values)
        if role in ("asr", "tts", "mllm") and field.setting.name == "language":
            languages[field.key] = value
        if role == "tts" and field.setting.name == "speed" and isinstance(value, int | float):
            speed = {"×": float(value), "%": 1 + value / 100}.get(field.setting.unit, 1.0)
    model = rules.value_at(f"llm.{rules.vendor_of('llm', values).id}.model", values)
    return script_of(values, languages, speed, reasons=not rules.realtime(values) and is_reasoning_model(model))


def _counts(script: Script) -> str:
    prompt = estimate.length(said(script, SYSTEM))
    parts = [f"{prompt.characters:,} characters", f"about {prompt.tokens:,} tokens"]
    greeting = said(script, GREETING)
    if greeting.strip():
        lasts = estimate.seconds(greeting, script.speed, language_of(greeting))
        parts.append(f"greeting about {max(1, round(lasts))} s of speech")
    return " · ".join(parts)


# ── variables


def _variables(form: Form, script: Script, used: Sequence[Variable]) -> None:
    st.markdown("**Variables**", help="Agora replaces {{name}} with the value when the agent starts.")
    if all(field.key != VARIABLES for field in rules.fields(form.values)):
        st.caption(
            ":orange[:material/warning:] Agora doesn't replace variables for realtime models; the model receives the braces."
        )
    for variable in used:
        setting = f"{VARIABLES}.{variable.name}"
        # Follows the saved value, because the same values can also be typed as lines, under More.
        shown = draft_fields.follow_field(form.agent, setting, variable.value or "")
        where = ", ".join(rules.label_of(key) for key in variable.used_in) or "not used"
        row = st.container(horizontal=True, wrap=False, vertical_alignment="bottom")
        row.text_input(
            f"{inline(variable.name)} · {where}",
            shown,
            key=draft_fields.field_key(form.agent, setting),
            placeholder=f"Value of {{{{{variable.name}}}}}",
            on_change=_set_variable,
            args=(form, script, variable.name),
        )
        if not variable.used_in:
            others = {name: text for name, text in script.variables.items() if name != variable.name}
            row.button(
                "",
                icon=":material/delete:",
                key=f"forget/{variable.name}",
                help=f"Remove {inline(variable.name)}",
                on_click=form.change,
                args=({VARIABLES: others},),
            )


def _set_variable(form: Form, script: Script, name: str) -> None:
    typed = draft_fields.field(form.agent, f"{VARIABLES}.{name}") or ""
    others = {other: text for other, text in script.variables.items() if other != name}
    form.change({VARIABLES: {**others, name: typed} if typed else others})


def _preview(script: Script) -> None:
    with st.expander("Preview with these values", key="prompt_preview"):
        for text in script.texts:
            if text.text.strip():
                st.caption(rules.label_of(text.key))
                st.text(said(script, text.key))


# ── speech check


def _speech_check(form: Form, script: Script) -> None:
    reported = {problem.setting for problem in form.problems}
    open_findings = [f for f in findings(script) if f.start < f.end or f.key not in reported]
    if not open_findings:
        st.caption(":green[:material/check_circle:] No speech problems found.")
        return
    warnings = sum(f.severity == "warning" for f in open_findings)
    hints = len(open_findings) - warnings
    found = [counted(number, noun) for number, noun in ((warnings, "warning"), (hints, "hint")) if number]
    with st.expander(f"Speech check · {', '.join(found)}", icon=":material/hearing:", key="prompt_sound"):
        if any(f.fix is not None for f in open_findings):
            st.button(
                "Fix all safe issues",
                icon=":material/auto_fix_high:",
                key="fix_all",
                on_click=_fix_all,
                args=(form, script),
                help="Removes markup and writes symbols as words without changing the meaning.",
            )
        # sorted is stable: within a kind the order of the text stays
        for number, (_, group) in enumerate(groupby(sorted(open_findings, key=_rank), key=_kind)):
            with st.container(gap="xxsmall"):
                _draw_kind(form, script, list(group), number)


def _rank(finding: Finding) -> tuple[bool, int, int]:
    return finding.severity == "hint", _ORDER[finding.code], list(PURPOSES).index(finding.key) if finding.key in PURPOSES else -1


def _kind(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.key


def _draw_kind(form: Form, script: Script, group: list[Finding], number: int) -> None:
    first = group[0]
    text = script.text(first.key)
    st.markdown(f"{MARKS[first.severity]} **{TITLES[first.code]}** · {rules.label_of(first.key)}")
    for why in dict.fromkeys(f.why for f in group[:SHOWN_SPOTS]):
        st.markdown(plain(why))
    for spot, finding in enumerate(group[:SHOWN_SPOTS]):
        if finding.start == finding.end:
            continue
        with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
            st.caption(_quoted(text, finding), width="stretch")
            if finding.fix is not None:
                written = text[finding.start : finding.end]
                st.button(
                    "Fix",
                    key=f"fix_spot/{number}/{spot}",
                    type="tertiary",
                    icon=":material/auto_fix_high:",
                    help=_becomes(finding),
                    on_click=_fix,
                    args=(form, finding, written),
                )
    if len(group) > SHOWN_SPOTS:
        st.caption(f"and {len(group) - SHOWN_SPOTS:,} more like this")


def _becomes(finding: Finding) -> str:
    fix = (finding.fix or "").strip()
    return f"Replace with “{plain(fix[:60])}”." if fix else "Remove it."


def _quoted(text: str, finding: Finding) -> str:
    """The highlighted spot with some surrounding text."""
    start, end = finding.start, min(finding.end, finding.start + LONGEST_QUOTE)
    spot = text[start:end].rstrip()
    lead = len(spot) - len(spot.lstrip())
    before = text[max(0, start - CONTEXT) : start + lead].rpartition("\n")[2]
    line = "" if finding.end > end else text[end : end + CONTEXT + 1].partition("\n")[0]
    after = line[:CONTEXT] + ("…" if finding.end > end or len(line) > CONTEXT else "")
    lead_in = "…" if len(before) >= CONTEXT < start else ""
    return f"{lead_in}{_as_written(before)}:orange-background[{_as_written(' '.join(spot.split()))}]{_as_written(after)}"


def _as_written(text: str) -> str:
    """Escaped text; zero-width spaces keep Markdown from linking URLs."""
    return plain(text).replace("//", "\u200b//").replace("www", "www\u200b").replace("@", "\u200b@")


def _fix(form: Form, finding: Finding, written: str) -> None:
    """Apply the fix if the text at the spot is unchanged."""
    text = _text_now(form, finding.key)
    if text[finding.start : finding.end] == written:
        form.change({finding.key: applied(text, [finding])})


def _fix_all(form: Form, script: Script) -> None:
    changes = {}
    for text in script.texts:
        now = _text_now(form, text.key)
        better = fixed(Text(text.key, text.purpose, now), script)
        if better != now:
            changes[text.key] = better
    if changes:
        form.change(changes)


def _text_now(form: Form, key: str) -> str:
    now = form.texts.now().get(key)
    return now if isinstance(now, str) else ""
