"""Ballots of blind comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from greenroom.errors import NotFound
from greenroom.model.blind_comparison import Ballot, Choice, Side
from greenroom.redaction import SECRETS
from greenroom.store.database import Database
from greenroom.store.rows import columns_of, values_of
from greenroom.store.sharing_tables import ballots

_BALLOT = columns_of(ballots, Ballot)


class BallotStore:
    """Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, ballot: Ballot) -> None:
        """Raises NotFound for an unknown link."""
        values = values_of(ballot)
        with self._database.transaction() as connection:
            connection.execute(insert(ballots).values({**values, "met": dict(ballot.met)}))

    def get(self, ballot_id: str) -> Ballot:
        """Raises NotFound."""
        with self._database.reading() as connection:
            row = connection.execute(select(*_BALLOT).where(ballots.c.id == ballot_id)).first()
        if row is None:
            raise NotFound("This ballot doesn't exist.", advice="Reload the page.")
        return _ballot(row)

    def of_link(self, link_id: str) -> list[Ballot]:
        """Oldest first."""
        statement = select(*_BALLOT).where(ballots.c.link_id == link_id).order_by(ballots.c.created_at, ballots.c.id)
        with self._database.reading() as connection:
            return [_ballot(row) for row in connection.execute(statement)]

    def meet(self, ballot_id: str, side: Side, how: str) -> None:
        """The voter met this side: in a session, or by hearing it. Both sides may be met at once, in two tabs."""
        with self._database.transaction() as connection:
            held = select(ballots.c.met).where(ballots.c.id == ballot_id).with_for_update()
            met: Mapping[str, str] = connection.execute(held).scalar_one()
            connection.execute(update(ballots).where(ballots.c.id == ballot_id).values(met={**met, side: how}))

    def vote(self, ballot_id: str, choice: Choice, why: str, at: datetime) -> bool:
        """False if the ballot has a vote already."""
        statement = update(ballots).where(ballots.c.id == ballot_id, ballots.c.choice.is_(None))
        with self._database.transaction() as connection:
            return connection.execute(statement.values(choice=choice, why=SECRETS.text(why), voted_at=at)).rowcount > 0


def _ballot(row: Row[Any]) -> Ballot:
    return Ballot(**row._asdict())
