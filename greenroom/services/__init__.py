"""What a click does. Pages and routes call one function here; nothing here knows Streamlit or HTTP routes."""

from __future__ import annotations

from dataclasses import dataclass

from greenroom.config import Config
from greenroom.services.agents import AgentDesk
from greenroom.services.calls import Calls
from greenroom.services.contract import Contract
from greenroom.services.credentials import Credentials
from greenroom.services.guard import Guard
from greenroom.services.judging import Judging
from greenroom.services.keeping import Keeping
from greenroom.services.notifications import Notifications
from greenroom.services.portable import Portable
from greenroom.services.recordings import RecordingDesk
from greenroom.services.records import Records
from greenroom.services.running import RunningDesk
from greenroom.services.trends import TrendDesk
from greenroom.services.twin_process import TwinProcess
from greenroom.services.visits import Visits
from greenroom.services.voices import VoiceBooth


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a page or a route may ask for; composed once in ``app.py``."""

    config: Config
    agents: AgentDesk
    calls: Calls
    records: Records
    guard: Guard
    voices: VoiceBooth
    twin: TwinProcess
    credentials: Credentials
    notifications: Notifications
    visits: Visits
    judging: Judging
    trends: TrendDesk
    recordings: RecordingDesk
    running: RunningDesk
    contract: Contract
    portable: Portable
    keeping: Keeping


_current: list[Services] = []


def install(services: Services) -> None:
    """Make these the services of this process. The script that draws runs as another module than the one that composes."""
    _current[:] = [services]


def current() -> Services:
    """The services of this process; raises RuntimeError before :func:`install`."""
    if not _current:
        raise RuntimeError("Services are not composed yet: start the studio with `streamlit run app.py`.")
    return _current[0]
