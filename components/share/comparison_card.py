"""The result of a blind comparison: the preferred option, the evidence, whether to collect more votes, and the comments."""

from __future__ import annotations

import streamlit as st

from components.shell import formatting
from greenroom.model.guest_link import GuestLink
from greenroom.plurals import counted
from greenroom.rehearsal.preference import ENOUGH, PairResult
from greenroom.services import current
from greenroom.services.sharing import ComparisonResult

#: From this evidence on that voters prefer a position, the result is called doubtful.
BIASED = ENOUGH
#: With fewer voters, their networks aren't compared.
SEVERAL = 5


def draw_result(link: GuestLink) -> None:
    """Draw the result. Options aren't named before it is decided or the link has ended. Raises NotFound, StoreUnavailable."""
    result = current().comparison_results.of(link.id)
    for leak in current().comparison_results.leaks(link.id):
        st.caption(f":material/visibility: {leak}")
    people = f"{counted(result.voters, 'voter')}, {counted(result.ballots, 'vote')}"
    if result.networks:
        people += f" from {counted(result.networks, 'network')}"
    hidden = "" if result.revealed else " Options stay unnamed until it is decided or you end the link."
    st.caption(f"{people}.{hidden}")
    for pair in result.pairs:
        _draw_pair(result, pair)
    if len(result.names) > 2 and result.ballots:
        ranked = sorted(zip(result.shares, result.names, strict=True), reverse=True)
        for share, name in ranked:
            st.progress(share, text=f"{formatting.plain(name)} · strength {share:.0%}")
    if result.place_evidence is not None and result.place_evidence >= BIASED:
        st.warning(
            f"A was chosen {result.first_place} times and B {result.second_place} times, whichever option it was. "
            "Voters may favor one position over the other; treat this result with care.",
            icon=":material/warning:",
        )
    if result.voters >= SEVERAL and result.of_one_network * 2 > result.voters:
        st.caption(
            f":material/lan: {result.of_one_network} of {result.voters} voters share one network. It may be an office, or one "
            "guest with several browsers."
        )
    for comment in result.comments:
        who = "No difference" if comment.chosen is None else result.names[comment.chosen]
        st.markdown(f"**{formatting.plain(who)}** {formatting.plain(comment.text)}")


def _draw_pair(result: ComparisonResult, pair: PairResult) -> None:
    one, other = formatting.plain(result.names[pair.one]), formatting.plain(result.names[pair.other])
    with st.container(border=True):
        match pair.advice:
            case "preferred":
                better = formatting.plain(result.names[pair.preferred or 0])
                st.markdown(f":green-badge[Decided] **{better}** is preferred. You can stop.")
            case "no_preference":
                st.markdown(f":gray-badge[Decided] No clear preference between **{one}** and **{other}**. You can stop.")
            case _:
                more = "too few votes to tell" if result.revealed else "collect more votes"  # named: the link is over
                st.markdown(f":orange-badge[Undecided] **{one}** or **{other}**: {more}.")
        evidence = f"{ENOUGH:.0f}+" if pair.evidence >= ENOUGH else f"{pair.evidence:.1f} of {ENOUGH:.0f}"
        with st.container(horizontal=True, gap="large"):
            for name, count in ((one, pair.wins), (other, pair.losses), ("No difference", pair.ties)):
                st.metric(name, count, width="content")
            st.metric("Evidence", evidence, width="content", help=EVIDENCE)
        if pair.wins + pair.losses:
            better, low, high = (one, pair.low, pair.high) if pair.wins >= pair.losses else (other, 1 - pair.high, 1 - pair.low)
            st.caption(
                f"{better} is preferred by {low:.0%} to {high:.0%} of voters with a preference. "
                "Checking early doesn't bias the interval or the evidence."
            )


EVIDENCE = (
    "How much better a real preference explains the votes than chance. At 20 you can stop: at most 1 in 20 results is wrong."
)
