"""Whether the offline twin stopped during a call, which then says nothing about the agent."""

from __future__ import annotations

from greenroom.errors import TwinUnavailable
from greenroom.services.operations.twin_process import TwinProcess

RESTARTED = "The offline twin stopped during this call and was started again. Run the test again."


class TwinLoss:
    """Created before a call, asked after it."""

    def __init__(self, twin: TwinProcess) -> None:
        self._twin, self._starts = twin, twin.starts

    def restarted(self) -> str:
        """Why the call is worthless if another twin runs now; "" if it is still the same one."""
        return RESTARTED if self._twin.starts != self._starts else ""

    def reason(self) -> str:
        """The same, also for a twin that doesn't respond. Takes up to two seconds, or as long as the twin takes to start."""
        try:
            self._twin.health()
        except TwinUnavailable as error:
            return f"{error} {error.advice}"
        return self.restarted()
