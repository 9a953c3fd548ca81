"""A guest's side of a blind comparison: a ballot with two options in random order, meeting both, and the vote.

What the guest gets is the same for every option: names are A and B, ids are random, and samples have one format and loudness.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from greenroom.catalog import rules
from greenroom.clock import Clock
from greenroom.errors import Conflict, NotAllowed, NotFound, TextTooLong
from greenroom.model.agent import Version, VersionId
from greenroom.model.blind_comparison import Ballot, BallotPaper, Choice, ComparedOption, Side
from greenroom.model.guest_link import GuestLink, GuestLinkId, GuestTicket
from greenroom.model.session import SessionId
from greenroom.recording import matched
from greenroom.rehearsal.preference import PairVote, next_pair
from greenroom.services.agents.voice_preview import VoicePreview
from greenroom.services.sharing.admission import GuestAdmission
from greenroom.services.sharing.guest_visits import GuestVisits
from greenroom.store.ballots import BallotStore

SIDES: tuple[Side, ...] = ("a", "b")
CHOICES: tuple[Choice, ...] = ("a", "b", "none")
WHY_MAX = 1000
#: Of one link; more than that come from no real guests.
BALLOTS_MAX = 5000
HEARD = "heard"
#: Is asked before a browser becomes a new voter; raises LimitReached.
AdmitVoter = Callable[[], None]


class BlindComparisons:
    """Every method raises NotAllowed or PasswordNeeded as :class:`GuestAdmission` does."""

    def __init__(
        self,
        *,
        clock: Clock,
        admission: GuestAdmission,
        visits: GuestVisits,
        ballots: BallotStore,
        voices: VoicePreview,
        version: Callable[[VersionId], Version],
        on_cloud: bool,
    ) -> None:
        self._clock = clock
        self._admission = admission
        self._visits = visits
        self._ballots = ballots
        self._voices = voices
        self._version = version
        self._on_cloud = on_cloud
        self._matched = lru_cache(maxsize=64)(self._sample)

    def open(
        self, link_id: GuestLinkId, key: object, password: object, voter: object, admit: AdmitVoter, address: str = ""
    ) -> BallotPaper:
        """This voter's ballot: the one that is open, else a new one. The pair is the one that is known least.

        ``voter``: what an earlier ballot of this link said. Anything else is a new voter, whom ``admit`` may refuse.
        ``address``: the guest's network.
        """
        link = self._compared(link_id, key, password)
        cast = self._ballots.of_link(link.id)
        name = str(voter) if any(ballot.voter == voter for ballot in cast) else ""
        if not name:
            admit()
            name = self._clock.new_id(32)
        waiting = next((ballot for ballot in reversed(cast) if ballot.voter == name and ballot.choice is None), None)
        if waiting is None and len(cast) >= BALLOTS_MAX:
            raise Conflict("This comparison has enough votes.", advice="Thank you for your help.")
        if waiting is None:
            pair = list(next_pair(votes_of(cast), len(link.compared)))
            if self._clock.uid() % 2:
                pair.reverse()
            waiting = Ballot(
                id=self._clock.new_id(32),
                link_id=link.id,
                voter=name,
                first=pair[0],
                second=pair[1],
                created_at=self._clock.now(),
                network=self._admission.network(link, address),
            )
            self._ballots.create(waiting)
        return self._paper(link, waiting)

    def launch(
        self, link_id: GuestLinkId, key: object, password: object, consent: bool, ballot_id: str, side: object
    ) -> GuestTicket:
        """Start a call with one side. Raises what :meth:`GuestVisits.launch` raises."""
        link = self._compared(link_id, key, password)
        ballot, met = self._open_ballot(link, ballot_id), _side(side)
        version = link.compared[ballot.option(met)].version_id
        if version is None or link.sentence:
            raise NotAllowed("This comparison is of voices.", advice="Listen to both, then vote.")
        ticket = self._visits.launch(link_id, key, password, consent, blind=(version, met.upper()))
        self._ballots.meet(ballot.id, met, ticket.ticket.session_id)
        return ticket

    def sample(self, link_id: GuestLinkId, key: object, password: object, ballot_id: str, side: object) -> bytes:
        """The sentence in the voice of one side, as WAV. Raises GreenroomError if the voice isn't available."""
        link = self._compared(link_id, key, password)
        if not link.sentence:
            raise NotAllowed("This comparison is of agents.", advice="Talk to both, then vote.")
        ballot, met = self._open_ballot(link, ballot_id), _side(side)
        sound = self._matched(link.compared[ballot.option(met)], link.sentence)
        self._ballots.meet(ballot.id, met, HEARD)
        return sound

    def vote(self, link_id: GuestLinkId, key: object, password: object, ballot_id: str, choice: object, why: str) -> BallotPaper:
        """Store the vote, once. Raises Conflict before both sides were met, and for a second vote."""
        link = self._compared(link_id, key, password)
        ballot = self._open_ballot(link, ballot_id)
        if choice not in CHOICES:
            raise NotAllowed("This isn't one of the choices.", advice="Choose A, B or no difference.")
        if self._met(ballot) != SIDES:
            raise Conflict("You haven't met both yet.", advice="Try the other one first, then vote.")
        if len(why := why.strip()) > WHY_MAX:
            raise TextTooLong(why, WHY_MAX, field="why")
        if not self._ballots.vote(ballot.id, choice, why, self._clock.now()):
            raise Conflict("You've already voted.", advice="Thank you for your help.")
        return self._paper(link, self._ballots.get(ballot.id))

    # ── inside

    def _compared(self, link_id: GuestLinkId, key: object, password: object) -> GuestLink:
        link = self._admission.admitted(link_id, key, password)
        if not link.compared:
            raise NotAllowed("This link compares nothing.", advice="Reload the page.")
        return link

    def _open_ballot(self, link: GuestLink, ballot_id: str) -> Ballot:
        try:
            ballot = self._ballots.get(ballot_id)
        except NotFound:
            ballot = None
        if ballot is None or ballot.link_id != link.id:
            raise NotAllowed("This ballot doesn't belong to this link.", advice="Reload the page.")
        if ballot.choice is not None:
            raise Conflict("You've already voted.", advice="Thank you for your help.")
        return ballot

    def _met(self, ballot: Ballot) -> tuple[Side, ...]:
        """The sides that were heard, or talked to."""
        how = ballot.met
        return tuple(s for s in SIDES if s in how and (how[s] == HEARD or self._visits.talked(SessionId(how[s]))))

    def _paper(self, link: GuestLink, ballot: Ballot) -> BallotPaper:
        kind, voted = "listen" if link.sentence else "talk", ballot.choice is not None
        return BallotPaper(ballot.id, kind, self._met(ballot), voted, ballot.voter)

    def _sample(self, option: ComparedOption, sentence: str) -> bytes:
        if option.voice:
            return matched(self._voices.offline(option.voice, sentence))
        assert option.version_id is not None
        tts = rules.payload(self._version(option.version_id).settings, {}).get("tts", {})
        if self._on_cloud:
            return matched(self._voices.vendor_sample(str(tts.get("vendor")), tts.get("params", {}), sentence).audio)
        return matched(self._voices.sample(tts, sentence))


def votes_of(ballots: list[Ballot]) -> list[PairVote]:
    """The ballots that were cast."""
    return [PairVote(b.voter, b.first, b.second, b.chosen) for b in ballots if b.choice is not None]


def _side(side: object) -> Side:
    if side == "a" or side == "b":
        return "a" if side == "a" else "b"
    raise NotAllowed("This isn't one of the sides.", advice="Reload the page.")
