"""Compares two versions: one sentence, the difference in pass rate, and the tests that were fixed or broken."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.rehearse import labels
from components.shell.formatting import plain
from greenroom.model.agent import Version
from greenroom.model.rehearsal import Suite
from greenroom.plurals import counted
from greenroom.rehearsal.scenario import Scenario
from greenroom.services import current


def draw(suite: Suite, scenarios: Sequence[Scenario], versions: Sequence[Version]) -> None:
    """Draw the comparison. ``versions``: newest first; the newest two are selected at first."""
    if len(versions) < 2:
        st.info(
            "A comparison needs results from two versions. Change the draft and run the tests again.",
            icon=":material/difference:",
        )
        return
    names = {one.id: labels.version(one) for one in versions}
    by_id = {one.id: one for one in versions}
    left, right = st.columns(2)
    old = left.selectbox("From", list(names), 1, format_func=names.__getitem__, key=f"rehearse_old/{suite.id}")
    new = right.selectbox("To", list(names), 0, format_func=names.__getitem__, key=f"rehearse_new/{suite.id}")
    badges = current().rehearsals.results.badges(suite.agent_id, [one for one in (old, new) if one], suite.id)
    for column, chosen in ((left, old), (right, new)):
        if chosen in badges:
            column.caption(labels.badge(badges[chosen]))
    if old is None or new is None or old == new:
        st.caption("Choose two versions.")
        return
    comparison = current().rehearsals.results.compare(suite, by_id[old], by_id[new])
    st.markdown(f"**{plain(comparison.sentence)}**")
    if comparison.difference.scenarios:
        rates = comparison.difference
        over = counted(rates.scenarios, "test")
        difference, low, high = map(labels.change, (rates.difference, rates.low, rates.high))
        st.caption(
            f"Pass rate {difference}, 95% interval {low} to {high}, over {over}. "
            f"McNemar p = {comparison.p_value:.2f}. {comparison.undecided} undecided."
        )
    titles = {one.id: one.title for one in scenarios}
    for label, tests, color in (("Fixed", comparison.better, "green"), ("Broken", comparison.worse, "red")):
        if tests:
            st.markdown(f":{color}[{label}]: {', '.join(plain(titles.get(test, test)) for test in tests)}")
