"""Checks about tools: which were called with what, the state they left, and claims that came before their success."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from greenroom.rehearsal import text_match
from greenroom.rehearsal.checks import TOO_LONG, CheckFinding
from greenroom.rehearsal.evidence import CallEvidence, ToolUse
from greenroom.rehearsal.scenario import CheckSpec
from greenroom.rehearsal.yaml_nodes import nearest

_UNRECORDED = "This call has no record of tool calls."
#: What isn't there; it equals nothing.
MISSING = object()
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
_PATH = re.compile(r"[^.\[\]]+")


def calls(check: CheckSpec, evidence: CallEvidence, at: int | None) -> CheckFinding:
    """Whether the tool was called as often as expected with these arguments, in this order; ``[]`` = no tool at all."""
    if evidence.tools is None:
        return CheckFinding("unknown", _UNRECORDED)
    used = [use for use in evidence.tools if at is None or use.reply == at]
    if not check.value:
        return _none_called(used, evidence)
    wanted: Mapping[str, Any] = check.value
    named = [use for use in used if use.name == wanted["tool"]]
    fitting = [use for use in named if args_fit(wanted.get("args", {}), use.args)]
    low, high = wanted.get("times", (1, None))
    if sum(use.sent for use in fitting) < low <= len(fitting):
        refused = next(use for use in fitting if not use.sent)
        reason = f"Called {refused.name} with arguments that its definition doesn't allow, so the call didn't reach it."
        return CheckFinding("fail", reason, _reply(evidence, refused), _shown(refused))
    if not low <= len(fitting) <= (high if high is not None else len(fitting)):
        return _wrong_count(wanted, named, fitting, evidence)
    if reason := _no_such_tool(evidence, wanted["tool"] if not named else "", wanted.get("before", "")):
        return CheckFinding("unknown", reason)
    if not fitting and (reason := _no_such_argument(evidence, wanted)):
        return CheckFinding("unknown", reason)
    if not fitting:
        reason, order = f"{wanted['tool']} was not called.", {"before", "after_ok"} & set(wanted)
        return _untested(reason) if order and high != 0 else CheckFinding("pass", reason)
    if fault := _order_fault(wanted, fitting, evidence.tools):
        return CheckFinding("fail", fault, _reply(evidence, fitting[0]), fitting[0].name)
    if (before := wanted.get("before")) and all(use.name != before for use in evidence.tools):
        return _untested(f"{before} was not called.")
    return CheckFinding(
        "pass", f"Called {wanted['tool']} {_times(len(fitting))}.", _reply(evidence, fitting[0]), _shown(fitting[0])
    )


def state(check: CheckSpec, evidence: CallEvidence, at: int | None) -> CheckFinding:
    """Whether the mocks' state has these values at the end."""
    if evidence.state is None:
        return CheckFinding("unknown", "No mock stored data in this call.")
    for path, wanted in check.value.items():
        actual = value_at(path, evidence.state)
        if actual is MISSING:
            return CheckFinding("fail", f"{path} isn't in the state.")
        if not value_fits(wanted, actual):
            return CheckFinding("fail", f"{path} is {actual!r}, expected {wanted!r}.")
    if evidence.tools is not None and not evidence.tools:
        return _untested("The state is as expected, but no tool was called: it is unchanged.")
    return CheckFinding("pass", "The state is as expected.")


def say_do(check: CheckSpec, evidence: CallEvidence, at: int | None) -> CheckFinding:
    """Whether the agent claims something only after the tool has succeeded."""
    claim, tool = check.value["claim"], check.value["tool"]
    claimed = next((reply for reply in evidence.replies if text_match.first_found(claim, reply.text)), None)
    if claimed is None:
        cut = any(text_match.too_long(reply.text) for reply in evidence.replies)
        reason = TOO_LONG if cut else _no_such_tool(evidence, tool)
        return CheckFinding("unknown", reason) if reason else _untested("The agent never claimed it.")
    quote = text_match.first_found(claim, claimed.text)
    if evidence.tools is None:
        return CheckFinding("unknown", f"Said “{quote}”. {_UNRECORDED}", claimed, quote)
    if any(use.name == tool and use.ok and use.reply <= claimed.number for use in evidence.tools):
        return CheckFinding("pass", f"Said “{quote}” after {tool} succeeded.", claimed, quote)
    why = f"Said “{quote}” before {tool} succeeded. {_no_such_tool(evidence, tool)}".strip()
    return CheckFinding("fail", why, claimed, quote)


def args_fit(wanted: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Whether the arguments include the wanted ones."""
    return all(name in given and value_fits(value, given[name]) for name, value in wanted.items())


def value_fits(wanted: Any, given: Any) -> bool:
    """A value, ``/re/``, ``{any: []}`` or ``{like: text, min: 85}``; texts regardless of case, numbers also as text."""
    if isinstance(wanted, Mapping) and "like" in wanted:
        likeness = difflib.SequenceMatcher(None, text_match.plain(str(wanted["like"])), text_match.plain(str(given))).ratio()
        return likeness * 100 >= float(wanted.get("min", 85))
    if isinstance(wanted, Mapping) and set(wanted) == {"any"}:
        return any(value_fits(one, given) for one in wanted["any"])
    if isinstance(wanted, Mapping):
        return isinstance(given, Mapping) and args_fit(wanted, given)
    if isinstance(wanted, list):
        return isinstance(given, list) and len(wanted) == len(given) and all(map(value_fits, wanted, given))
    if isinstance(wanted, bool) or isinstance(given, bool) or wanted is None or given is None:
        return wanted is given
    if isinstance(wanted, int | float) and isinstance(given, str) and _NUMBER.fullmatch(given.strip()):
        return float(given) == wanted
    if isinstance(wanted, str) and text_match.is_regex(wanted):
        return bool(text_match.find(wanted, str(given)))
    return wanted == given or text_match.plain(str(wanted)).strip() == text_match.plain(str(given)).strip()


def value_at(path: str, document: Any) -> Any:
    """The value at ``a.0.b``; ``length`` counts a list. A marker that equals nothing if it isn't there."""
    value = document
    for part in _PATH.findall(path):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and part == "length":
            value = len(value)
        elif isinstance(value, list) and part.isdecimal() and len(part) < 10 and int(part) < len(value):
            value = value[int(part)]
        else:
            return MISSING
    return value


def _no_such_tool(evidence: CallEvidence, *names: str) -> str:
    """Which of the tools the agent doesn't have: that it wasn't called says nothing then."""
    if evidence.agent_tools is None:
        return ""
    missing = next((name for name in names if name and name not in evidence.agent_tools), "")
    return f"The agent has no tool “{missing}”.{nearest(missing, sorted(evidence.agent_tools))}" if missing else ""


def _no_such_argument(evidence: CallEvidence, wanted: Mapping[str, Any]) -> str:
    """Which of the arguments the tool doesn't take: that it wasn't called with it says nothing then."""
    known = evidence.tool_arguments.get(wanted["tool"])
    missing = next((name for name in wanted.get("args", {}) if known is not None and name not in known), "")
    return f"{wanted['tool']} takes no “{missing}”.{nearest(missing, sorted(known or ()))}" if missing else ""


def _untested(reason: str) -> CheckFinding:
    """Nothing happened that could have broken the rule: it was kept, and nothing shows that it would be."""
    return CheckFinding("unknown", reason, untested=True)


def _none_called(used: Sequence[ToolUse], evidence: CallEvidence) -> CheckFinding:
    if used:
        return CheckFinding("fail", f"Called {used[0].name}; no tool was expected.", _reply(evidence, used[0]), _shown(used[0]))
    if evidence.agent_tools is not None and not evidence.agent_tools:
        return CheckFinding("unknown", "The agent has no tools.")
    return CheckFinding("pass", "No tool was called.")


def _wrong_count(
    wanted: Mapping[str, Any], named: Sequence[ToolUse], fitting: Sequence[ToolUse], evidence: CallEvidence
) -> CheckFinding:
    if named and not fitting:
        return CheckFinding(
            "fail", f"Called {wanted['tool']} with other arguments.", _reply(evidence, named[0]), _shown(named[0])
        )
    shown = fitting[0] if fitting else None
    reason = f"Called {wanted['tool']} {_times(len(fitting))}; expected {_expected(wanted.get('times', (1, None)))}."
    if not named:  # a misspelled tool is no fault of the agent
        reason = f"{reason} {_no_such_tool(evidence, wanted['tool'])}".strip()
    return CheckFinding("fail", reason, _reply(evidence, shown) if shown else None, _shown(shown) if shown else "")


def _order_fault(wanted: Mapping[str, Any], fitting: Sequence[ToolUse], every: Sequence[ToolUse]) -> str:
    first = next(place for place, use in enumerate(every) if use is fitting[0])
    if (before := wanted.get("before")) and any(use.name == before for use in every[:first]):
        return f"Called {wanted['tool']} after {before}."
    if (after := wanted.get("after_ok")) and not any(use.name == after and use.ok for use in every[:first]):
        return f"Called {wanted['tool']} before {after} succeeded."
    return ""


def _reply(evidence: CallEvidence, use: ToolUse) -> Any:
    return next((reply for reply in evidence.replies if reply.number == use.reply), None)


def _shown(use: ToolUse) -> str:
    return f"{use.name}({', '.join(f'{name}={value!r}' for name, value in use.args.items())})"


def _times(count: int) -> str:
    return {0: "no times", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _expected(times: tuple[int, int | None]) -> str:
    low, high = times
    return f"at least {_times(low)}" if high is None else _times(low) if low == high else f"{low} to {high} times"
