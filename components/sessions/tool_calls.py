"""Tool calls in a session's transcript: the tool, its status, and folded away its arguments and result."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from components.shell import formatting
from greenroom.model.session import ToolCall
from greenroom.services.sessions import session_labels


def draw_calls(calls: Sequence[ToolCall]) -> None:
    """Draw one folded row per call. Arguments and results that are JSON are indented."""
    for call in calls:
        facts = [
            formatting.clock_time(call.started_ms),
            session_labels.TOOL_STATUSES[call.status],
            formatting.latency(call.duration_ms),
        ]
        facts += ["mocked"] if call.mocked else []
        facts += ["called by rule"] if call.asked_by == "rule" else []
        with st.expander(f"{formatting.plain(call.tool)} · {' · '.join(facts)}", icon=":material/build:"):
            st.caption("Arguments")
            st.code(_indented(call.arguments), language="json", wrap_lines=True)
            st.caption("Result")
            st.code(_indented(call.result), language="json", wrap_lines=True)


def _indented(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text
