"""An agent's draft and its undo history: each save can be undone and redone, even after a restart.

A step stores the changes of a save by key; undoing it restores the previous values of these keys.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update

from greenroom.errors import Conflict, InvalidAgent, NotFound, Problem
from greenroom.model.agent import AgentId, Draft, DraftHistory, Settings, Step
from greenroom.store.columns import storable_json
from greenroom.store.rows import columns_of
from greenroom.store.schema import drafts, steps

#: Older undo steps are dropped.
STEPS_MAX = 200
#: Saves of the same setting within this time are one undo step, as when a slider is dragged.
JOIN_WITHIN = timedelta(seconds=3)

_DRAFT = columns_of(drafts, Draft)


class DraftMoved(Conflict):
    """The draft changed in the meantime. ``draft`` is the current one."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("This agent was changed in another tab or by a teammate.")
        self.draft = draft


def read(connection: Connection, agent_id: AgentId) -> Draft:
    """Raises NotFound."""
    return _one(connection, agent_id, wait=False)


def expect(connection: Connection, agent_id: AgentId, revision: int) -> Draft:
    """The draft, locked until the transaction ends. Raises DraftMoved if it is not at ``revision``."""
    draft = _one(connection, agent_id, wait=True)
    if draft.revision != revision:
        raise DraftMoved(draft)
    return draft


def save(connection: Connection, draft: Draft, settings: Settings, what: str, now: datetime) -> Draft:
    """Replace the draft and add an undo step; clears the redo history."""
    after = storable_json(dict(settings))
    saved = _replace(connection, draft, after)
    keys = changed_keys(draft.settings, after)
    if keys:
        connection.execute(delete(steps).where(steps.c.agent_id == draft.agent_id, steps.c.undone.is_(True)))
        _keep_step(connection, draft, after, keys, what, now)
    return saved


def undo(connection: Connection, draft: Draft) -> Draft:
    """Undo the newest step. Raises Conflict if there is none."""
    step = _newest(connection, draft.agent_id)
    if step is None:
        raise Conflict("There is nothing to undo.", advice="Reload to see the current draft.")
    return _walk(connection, draft, step, step.was, undone=True)


def redo(connection: Connection, draft: Draft) -> Draft:
    """Redo the step that was undone last. Raises Conflict if there is none."""
    step = _next(connection, draft.agent_id)
    if step is None:
        raise Conflict("There is nothing to redo.", advice="Reload to see the current draft.")
    return _walk(connection, draft, step, step.became, undone=False)


def history(connection: Connection, agent_id: AgentId) -> DraftHistory:
    """The undo and redo steps without values; called on every page draw."""
    names = (steps.c["keys"], steps.c.what)
    edges = select(steps.c.undone, *names).where(or_(_edge(agent_id, undone=False), _edge(agent_id, undone=True)))
    by_undone = {undone: Step(tuple(keys), what) for undone, keys, what in connection.execute(edges)}
    return DraftHistory(by_undone.get(False), by_undone.get(True))


def changed_keys(old: Settings, new: Settings) -> list[str]:
    """The keys that differ or exist on one side, in the order of the new settings."""
    keys = [*new, *(key for key in old if key not in new)]
    return [key for key in keys if (key in old) != (key in new) or not same(old[key], new[key])]


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal as JSON. Python's ``==`` treats 1 and True as equal."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def require_finite(settings: Settings) -> None:
    """Raise InvalidAgent for a number that JSON doesn't support."""
    problems = tuple(
        Problem(key, f"{key} must be a finite number.", "Enter a number.")
        for key, value in settings.items()
        if not _finite(value)
    )
    if problems:
        raise InvalidAgent(problems)


def _one(connection: Connection, agent_id: AgentId, wait: bool) -> Draft:
    query = select(*_DRAFT).where(drafts.c.agent_id == agent_id)
    row = connection.execute(query.with_for_update() if wait else query).first()
    if row is None:
        raise NotFound("Agent not found.")
    return Draft(*row)


def _replace(connection: Connection, draft: Draft, settings: Mapping[str, Any]) -> Draft:
    mine = drafts.c.agent_id == draft.agent_id
    connection.execute(update(drafts).where(mine).values(settings=dict(settings), revision=draft.revision + 1))
    return read(connection, draft.agent_id)


def _keep_step(connection: Connection, draft: Draft, after: Mapping[str, Any], keys: list[str], what: str, now: datetime) -> None:
    newest = _newest(connection, draft.agent_id)
    became = {key: after[key] for key in keys if key in after}
    if newest is not None and _joins(newest, draft, keys, what, now):
        this = (steps.c.agent_id == draft.agent_id) & (steps.c.number == newest.number)
        if same(newest.was, became):  # there and back again
            connection.execute(delete(steps).where(this))
        else:
            connection.execute(update(steps).where(this).values(became=became, revision=draft.revision + 1, saved_at=now))
        return
    number = 1 if newest is None else newest.number + 1
    was = {key: draft.settings[key] for key in keys if key in draft.settings}
    connection.execute(
        insert(steps).values(
            agent_id=draft.agent_id,
            number=number,
            revision=draft.revision + 1,
            saved_at=now,
            what=what,
            keys=keys,
            was=was,
            became=became,
            undone=False,
        )
    )
    too_old = steps.c.number <= number - STEPS_MAX
    connection.execute(delete(steps).where(steps.c.agent_id == draft.agent_id, too_old))


def _joins(newest: Row[Any], draft: Draft, keys: list[str], what: str, now: datetime) -> bool:
    return (
        len(keys) == 1
        and list(newest.keys) == keys
        and newest.what == what == ""
        and newest.revision == draft.revision
        and now - newest.saved_at <= JOIN_WITHIN
    )


def _walk(connection: Connection, draft: Draft, step: Row[Any], values: Mapping[str, Any], *, undone: bool) -> Draft:
    untouched = {key: value for key, value in draft.settings.items() if key not in step.keys}
    this = (steps.c.agent_id == draft.agent_id) & (steps.c.number == step.number)
    connection.execute(update(steps).where(this).values(undone=undone))
    return _replace(connection, draft, {**untouched, **values})


def _newest(connection: Connection, agent_id: AgentId) -> Row[Any] | None:
    return connection.execute(select(steps).where(_edge(agent_id, undone=False))).first()


def _next(connection: Connection, agent_id: AgentId) -> Row[Any] | None:
    return connection.execute(select(steps).where(_edge(agent_id, undone=True))).first()


def _edge(agent_id: AgentId, *, undone: bool) -> ColumnElement[bool]:
    """The last applied step, or the first undone one."""
    mine, edge = steps.c.agent_id == agent_id, func.min if undone else func.max
    return mine & (steps.c.number == select(edge(steps.c.number)).where(mine, steps.c.undone.is_(undone)).scalar_subquery())


def _finite(value: Any) -> bool:
    """Whether a value contains no NaN or infinity."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Mapping):
        return all(_finite(part) for part in value.values())
    return all(_finite(part) for part in value) if isinstance(value, list | tuple) else True
