"""Suites and their tests: create, edit in a form or as text, delete."""

from __future__ import annotations

import re
from collections.abc import Callable

from greenroom.clock import Clock
from greenroom.errors import GreenroomError, InvalidInput, TextTooLong
from greenroom.model.agent import AgentId
from greenroom.model.rehearsal import Suite, SuiteId
from greenroom.rehearsal import writing
from greenroom.rehearsal.reading import read
from greenroom.rehearsal.writing import SimpleTest, UnwritableFile
from greenroom.services.agents.agent_names import NAME_MAX, fitting_name
from greenroom.store.suites import SuiteStore

NEW_SUITE = "rehearse: 1\nname: {name}\nscenarios: []\n"
#: The line of a file that names it.
_NAME = re.compile(r"^name:.*$", re.MULTILINE)


class SuiteService:
    """Methods that name a suite raise NotFound; those that change one at a revision, Conflict."""

    def __init__(self, store: SuiteStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def of(self, agent_id: AgentId) -> list[Suite]:
        """By name."""
        return self._store.of(agent_id)

    def get(self, suite_id: SuiteId) -> Suite:
        """Raises NotFound."""
        return self._store.get(suite_id)

    def create(self, agent_id: AgentId, name: str, text: str = "") -> Suite:
        """A new suite; ``text`` "" = an empty one. Without a ``name`` it has the file's own."""
        content = read(text).content if text else None
        own = content.name if content is not None else ""
        called = fitting_name(name) or own
        if not called:
            raise InvalidInput("The suite has no name.", field="name", advice="Enter one.")
        written = text or NEW_SUITE.format(name=_quoted(called))
        if own and own != called:
            written = _NAME.sub(lambda _: f"name: {_quoted(called)}", written, count=1)
        return self._store.create(SuiteId(self._clock.new_id()), agent_id, called, written)

    def save(self, suite_id: SuiteId, text: str, revision: int) -> Suite:
        """Save the text, also with faults; it then can't run."""
        content = read(text).content
        return self._store.save(suite_id, content.name if content else self._store.get(suite_id).name, text, revision)

    def save_test(self, suite: Suite, test: SimpleTest, replaces: str = "") -> Suite:
        """Write a test of the form into the suite, in the place of the test ``replaces``."""
        if len(test.title) > NAME_MAX:
            raise TextTooLong(test.title, NAME_MAX, field="title", what="title")
        checks_words = any(step.must_say for step in test.steps) or test.never or test.must_call
        if not checks_words and not test.max_words and test.max_questions < 0:
            raise InvalidInput("This test has no checks.", field="must_say", advice="Enter what the agent must or must not say.")
        return self._changed(suite, lambda: writing.put(suite.text, test, replaces))

    def remove_test(self, suite: Suite, identity: str) -> Suite:
        """Delete the test with this id from the text. Raises GreenroomError if the text can't be changed by machine."""
        return self._changed(suite, lambda: writing.removed(suite.text, identity))

    def restore(self, suite: Suite) -> None:
        """Undo :meth:`delete`, with the results of its runs."""
        self._store.create(suite.id, suite.agent_id, suite.name, suite.text)

    def delete(self, suite_id: SuiteId) -> None:
        """Results of its runs stay. Idempotent."""
        self._store.delete(suite_id)

    def _changed(self, suite: Suite, change: Callable[[], str]) -> Suite:
        try:
            text = change()
        except UnwritableFile as error:
            raise GreenroomError(f"Couldn't change the file: {error}.", advice="Edit it as YAML.") from None
        return self.save(suite.id, text, suite.revision)


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
