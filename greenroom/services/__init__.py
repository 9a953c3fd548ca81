"""What a click does. Pages and routes call one function here; nothing here knows Streamlit or HTTP routes."""

from __future__ import annotations

from dataclasses import dataclass

from greenroom.config import Config
from greenroom.services.agents import AgentService
from greenroom.services.calls import Calls
from greenroom.services.contract import BackendContract
from greenroom.services.credentials import Credentials
from greenroom.services.guard import Watchdog
from greenroom.services.judging import ReviewService
from greenroom.services.keeping import DataRetention
from greenroom.services.notifications import Notifications
from greenroom.services.portable import SessionTransfer
from greenroom.services.recordings import RecordingService
from greenroom.services.records import SessionRecords
from greenroom.services.running import RunningAgentsService
from greenroom.services.trends import TrendService
from greenroom.services.twin_process import TwinProcess
from greenroom.services.visits import GuestJoin
from greenroom.services.voices import VoicePreview


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a page or a route may ask for; composed once in ``app.py``."""

    config: Config
    agents: AgentService
    calls: Calls
    records: SessionRecords
    guard: Watchdog
    voices: VoicePreview
    twin: TwinProcess
    credentials: Credentials
    notifications: Notifications
    visits: GuestJoin
    judging: ReviewService
    trends: TrendService
    recordings: RecordingService
    running: RunningAgentsService
    contract: BackendContract
    portable: SessionTransfer
    keeping: DataRetention


_current: list[Services] = []


def install(services: Services) -> None:
    """Make these the services of this process. The script that draws runs as another module than the one that composes."""
    _current[:] = [services]


def current() -> Services:
    """The services of this process; raises RuntimeError before :func:`install`."""
    if not _current:
        raise RuntimeError("Services are not composed yet: start the studio with `streamlit run app.py`.")
    return _current[0]
