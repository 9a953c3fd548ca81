"""The results of a blind comparison so far. Until it is decided or over, options have no names: the owner is as blind as the
voters."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from greenroom.catalog import rules
from greenroom.clock import Clock
from greenroom.model.agent import Settings, VersionId
from greenroom.model.guest_link import GuestLink, GuestLinkId
from greenroom.prompting.script import GREETING
from greenroom.rehearsal.preference import PairResult, pair_results, place_bias, strengths
from greenroom.services.sharing.comparisons import votes_of
from greenroom.store.ballots import BallotStore
from greenroom.store.guest_links import GuestLinkStore

COMMENTS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ComparisonComment:
    """Why a voter chose as they did. ``chosen`` None = no difference."""

    chosen: int | None
    text: str


@dataclass(frozen=True, slots=True)
class ComparisonResult:
    """``names`` are the options' labels once ``revealed``, before that "Option 1", "Option 2", in an order of their own.
    ``shares`` are Bradley-Terry strengths, for more than two options. ``first_place`` and ``second_place``: how often A and B
    were chosen; ``place_evidence`` is the e-value that this isn't chance. ``networks``: how many networks voters came from, and
    ``of_one_network`` how many came from the one with most."""

    names: tuple[str, ...]
    revealed: bool
    pairs: tuple[PairResult, ...]
    shares: tuple[float, ...]
    comments: tuple[ComparisonComment, ...]
    ballots: int
    voters: int
    first_place: int
    second_place: int
    place_evidence: float | None
    networks: int = 0
    of_one_network: int = 0

    @property
    def decided(self) -> bool:
        """Whether each pair has a verdict, or enough votes for none."""
        return all(pair.advice != "continue" for pair in self.pairs)


class ComparisonResults:
    """The owner's side. Every method may raise NotFound and StoreUnavailable."""

    def __init__(
        self, clock: Clock, links: GuestLinkStore, ballots: BallotStore, settings: Callable[[VersionId], Settings]
    ) -> None:
        """``settings`` are those of a version."""
        self._settings = settings
        self._clock = clock
        self._links = links
        self._ballots = ballots

    def of(self, link_id: GuestLinkId) -> ComparisonResult:
        """The result of one link, from all its ballots so far."""
        link = self._links.get(link_id)
        order = _order(link)
        place = {option: place for place, option in enumerate(order)}
        ballots = self._ballots.of_link(link_id)
        votes = [
            type(vote)(vote.voter, place[vote.first], place[vote.second], None if vote.chosen is None else place[vote.chosen])
            for vote in votes_of(ballots)
        ]
        pairs = tuple(pair_results(votes, len(order)))
        revealed = link.state(self._clock.now()) != "active" or all(pair.advice != "continue" for pair in pairs)
        names = [link.compared[option].label if revealed else f"Option {n + 1}" for n, option in enumerate(order)]
        cast = [ballot for ballot in ballots if ballot.why]
        comments = [ComparisonComment(None if b.chosen is None else place[b.chosen], b.why) for b in cast[-COMMENTS_SHOWN:]]
        first, second, evidence = place_bias(votes)
        by_network = Counter(dict((ballot.voter, ballot.network) for ballot in ballots if ballot.choice is not None).values())
        return ComparisonResult(
            names=tuple(names),
            revealed=revealed,
            pairs=pairs,
            shares=tuple(strengths(votes, len(order))),
            comments=tuple(comments),
            ballots=len(votes),
            voters=len({vote.voter for vote in votes}),
            first_place=first,
            second_place=second,
            place_evidence=evidence,
            networks=len(by_network),
            of_one_network=max(by_network.values(), default=0),
        )

    def leaks(self, link_id: GuestLinkId) -> tuple[str, ...]:
        """What guests can tell the options apart by, besides what is compared."""
        link = self._links.get(link_id)
        settings = [self._settings(option.version_id) for option in link.compared if option.version_id is not None]
        if link.sentence or len(settings) < 2:
            return ()
        leaks = []
        if len({str(rules.value_at(GREETING, one) or "") for one in settings}) > 1:
            leaks.append("The greetings differ, so returning guests can tell the options apart.")
        if len({rules.has_face(one) for one in settings}) > 1:
            leaks.append("Not all options have a face.")
        return tuple(leaks)


def _order(link: GuestLink) -> list[int]:
    """An order of the options that is always the same for this link and not the one in which they were chosen."""
    order = list(range(len(link.compared)))
    random.Random(link.key_hash).shuffle(order)
    return order
