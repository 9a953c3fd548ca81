"""The sound check: this browser and its devices, then the microphone to the server and back, through streamlit-webrtc.

The only file that knows streamlit-webrtc. It is made for exactly this, a page of its own with media that pass through Python; the
call itself has its own component, because a layout that changes would cut this one off.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

import av
import numpy as np
import streamlit as st
from aiortc import RTCRemoteInboundRtpStreamStats
from numpy.typing import NDArray
from streamlit.components.v2 import component
from streamlit_webrtc import AudioProcessorBase, WebRtcMode, WebRtcStreamerContext, webrtc_streamer
from streamlit_webrtc.webrtc import WebRtcWorker

from components.call import loader
from components.shell import state
from greenroom.services import current
from greenroom.services.operations import HEARD_RATE, Heard, SoundCheck

KEY = "sound_check"
#: Heard at once, one's own voice disturbs; a second later one can judge it. Frames of 20 ms.
LATER_FRAMES = 40
REFRESH_S = 0.4
STATS_TIMEOUT_S = 0.5

_browser = component("greenroom_browser_check", js=loader("sound-check"))


class SoundCheckMicrophone(AudioProcessorBase):
    """What arrives from the browser: handed to the ears, and sent back a moment later. Called on the media loop: no waiting."""

    def __init__(self, check: SoundCheck) -> None:
        self.check = check
        self._to_heard = av.AudioResampler(format="s16", layout="mono", rate=HEARD_RATE)
        self._later: deque[NDArray[np.int16]] = deque()

    def recv(self, frame: av.AudioFrame) -> av.AudioFrame:
        for part in self._to_heard.resample(frame):
            self.check.feed(part.to_ndarray().reshape(-1).astype(np.int16, copy=False))
        sound = frame.to_ndarray().astype(np.int16, copy=False)
        self._later.append(sound)
        old = self._later.popleft() if len(self._later) > LATER_FRAMES else np.zeros_like(sound)
        back = av.AudioFrame.from_ndarray(old, format=frame.format.name, layout=frame.layout.name)
        back.sample_rate = frame.sample_rate
        return back

    def on_ended(self) -> None:
        self.check.close()


def draw_browser() -> str:
    """What this browser can do, its microphones and speakers. Returns the id of the chosen microphone, "" for the system's."""
    found = _browser(key="browser_check", data={}, default={"microphone": ""}, on_microphone_change=lambda: None)
    return str(found.microphone or "")


def draw_microphone(device: str) -> None:
    """Start and stop, one's own voice a moment later, and what was understood."""
    context = _streamer(device)
    processor = context.audio_processor
    if context.state.playing and processor is not None:
        _live(processor.check.heard, context)
    elif context.state.signalling:
        st.caption("Connecting your microphone to this server…")
    elif (last := state.sound_heard()) is not None:
        _understood(last)
    else:
        st.caption("Start and say a sentence: you hear yourself a moment later, and read what was understood. Headphones help.")


def _streamer(device: str) -> WebRtcStreamerContext:
    """The package's own buttons start and stop it: told to start by ``desired_playing_state`` it calls twice at times (0.79.0),
    and the answer to the first call reaches the second."""
    wanted: dict[str, object] = {"echoCancellation": True, "noiseSuppression": True, "autoGainControl": True}
    if device:
        wanted["deviceId"] = device
    return webrtc_streamer(
        key=KEY,
        mode=WebRtcMode.SENDRECV,
        # This machine or this network: no server on the internet is asked for an address.
        rtc_configuration={"iceServers": []},
        media_stream_constraints={"audio": wanted, "video": False},
        sendback_video=False,
        audio_processor_factory=lambda: SoundCheckMicrophone(SoundCheck(lambda: current().twin.url)),
        async_processing=False,
        translations={"start": "Start the check", "stop": "Stop the check", "select_device": "Another microphone"},
        media_toggle_controls=False,
    )


@st.fragment(run_every=REFRESH_S)
def _live(heard: Callable[[], Heard], context: WebRtcStreamerContext) -> None:
    now = heard()
    state.keep_sound_heard(now)
    st.progress(max(0.0, min(1.0, (now.level_db + 60.0) / 60.0)), text=_level_words(now))
    round_trip = _round_trip_ms(context)
    figures = [f"Level {now.level_db:.0f} dB"]
    figures += [f"Round trip to this server {round_trip:.0f} ms"] if round_trip is not None else []
    figures += [f"Last sound to words {now.lines[-1].took_ms} ms"] if now.lines else []
    st.caption(" · ".join(figures))
    _understood(now)


def _level_words(now: Heard) -> str:
    if now.peak_db < -50 and not now.lines:
        return "Nothing is heard yet. Say something; check that the microphone is not muted."
    if now.peak_db > -3:
        return "Too loud: it clips. Move away from the microphone or turn it down."
    return "You are speaking" if now.speaking else "Listening"


def _understood(now: Heard) -> None:
    if now.problem:
        st.error(now.problem, icon=":material/error:")
    st.markdown("**What was understood**")
    if not now.lines and not now.unfinished:
        st.caption("The words appear here, in English: the ears of this machine know no other language.")
    with st.container(key="understood"):
        for line in now.lines:
            st.text(line.text)
        if now.unfinished:
            st.caption(f"{now.unfinished} …")


def _round_trip_ms(context: WebRtcStreamerContext) -> float | None:
    """As RTCP reports it (RFC 3550, 6.4.1), both ways; None before the first report. The package has no public way to ask."""
    worker = context._get_worker()  # noqa: SLF001
    if not isinstance(worker, WebRtcWorker):
        return None
    asked = asyncio.run_coroutine_threadsafe(worker.pc.getStats(), worker._loop)  # noqa: SLF001
    try:
        report = asked.result(STATS_TIMEOUT_S)
    except TimeoutError:
        asked.cancel()
        return None
    times = [one.roundTripTime for one in report.values() if isinstance(one, RTCRemoteInboundRtpStreamStats)]
    known = [time for time in times if time is not None]
    return known[-1] * 1000 if known else None
