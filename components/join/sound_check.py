"""The sound check: browser and devices, then a microphone loop to the server and back, using streamlit-webrtc.

Only this file uses streamlit-webrtc, which suits a separate page whose media pass through Python. Calls use their own
component because layout changes would disconnect this one.
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
from components.shell import error_text, state
from components.shell.formatting import inline
from components.shell.fragment import refreshed
from greenroom.services import current
from greenroom.services.operations import HEARD_RATE, MicrophoneCheck, SoundCheckStatus

KEY = "sound_check"
#: The delay of one's own voice, in frames of 20 ms: heard at once it disturbs, after most of a second one can judge it.
LATER_FRAMES = 40
REFRESH_S = 0.4
STATS_TIMEOUT_S = 0.5

_browser = component("greenroom_browser_check", js=loader("sound-check"))


class SoundCheckMicrophone(AudioProcessorBase):
    """Process audio from the browser: transcribe it and send it back with a delay. Runs on the media loop; must not block."""

    def __init__(self, check: MicrophoneCheck) -> None:
        self.check = check
        self._to_heard = av.AudioResampler(format="s16", layout="mono", rate=HEARD_RATE)
        self._later: deque[NDArray[np.int16]] = deque()

    def recv(self, frame: av.AudioFrame) -> av.AudioFrame:
        """Returns the sound of ``LATER_FRAMES`` frames ago, in the format of ``frame``; silence before that."""
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
    """Show browser support, microphones and speakers. Returns the chosen microphone's id, "" for the system default."""
    devices = _browser(key="browser_check", data={}, default={"microphone": ""}, on_microphone_change=lambda: None)
    return str(devices.microphone or "")


def draw_microphone(device: str) -> None:
    """Show the start and stop controls, the level meter and the live transcript."""
    context = _streamer(device)
    processor = context.audio_processor
    if context.state.playing and processor is not None:
        _live(processor.check.status, context)
    elif context.state.signalling:
        st.caption("Connecting your microphone…")
    elif (last := state.sound_check_status()) is not None:
        _understood(last)
    else:
        st.caption(
            "Start the check and say a sentence. You hear yourself with a short delay and see the transcript. "
            "Use headphones to avoid echo."
        )


def _streamer(device: str) -> WebRtcStreamerContext:
    """Use the package's own start and stop buttons: with ``desired_playing_state`` it sometimes connects twice (0.79.0), and
    the first connection's answer reaches the second."""
    wanted: dict[str, object] = {"echoCancellation": True, "noiseSuppression": True, "autoGainControl": True}
    if device:
        wanted["deviceId"] = device
    return webrtc_streamer(
        key=KEY,
        mode=WebRtcMode.SENDRECV,
        # No STUN server: the browser is on this machine or in this network.
        rtc_configuration={"iceServers": []},
        media_stream_constraints={"audio": wanted, "video": False},
        sendback_video=False,
        audio_processor_factory=lambda: SoundCheckMicrophone(MicrophoneCheck(lambda: current().twin.url)),
        async_processing=False,
        translations={"start": "Start the check", "stop": "Stop the check", "select_device": "Change microphone"},
        media_toggle_controls=False,
    )


@refreshed(REFRESH_S)
def _live(status: Callable[[], SoundCheckStatus], context: WebRtcStreamerContext) -> None:
    now = status()
    state.keep_sound_check_status(now)
    st.progress(max(0.0, min(1.0, (now.level_db + 60.0) / 60.0)), text=_level_words(now))
    round_trip = _round_trip_ms(context)
    figures = [f"Level {now.level_db:.0f} dB"]
    figures += [f"Round trip {round_trip:.0f} ms"] if round_trip is not None else []
    figures += [f"Transcribed in {now.lines[-1].took_ms} ms"] if now.lines else []
    st.caption(" · ".join(figures))
    _understood(now)


def _level_words(now: SoundCheckStatus) -> str:
    if now.peak_db < -50 and not now.lines:
        return "No sound yet. Say something, and check that the microphone isn't muted."
    if now.peak_db > -3:
        return "The input is clipping. Move away from the microphone or lower its level."
    return "Speech detected" if now.speaking else "Listening"


def _understood(now: SoundCheckStatus) -> None:
    if now.problem:
        st.error(inline(error_text.masked(now.problem)), icon=":material/error:")
    st.markdown("**Transcript**")
    if not now.lines and not now.unfinished:
        st.caption("Your words appear here. The local speech recognition understands English only.")
    with st.container(key="understood"):
        for line in now.lines:
            st.text(line.text)
        if now.unfinished:
            st.caption(f"{inline(now.unfinished)} …")


def _round_trip_ms(context: WebRtcStreamerContext) -> float | None:
    """Round-trip time in ms from RTCP (RFC 3550, 6.4.1); None before the first report. The package has no public API for it."""
    worker = context._get_worker()
    if not isinstance(worker, WebRtcWorker):
        return None
    pending = asyncio.run_coroutine_threadsafe(worker.pc.getStats(), worker._loop)
    try:
        report = pending.result(STATS_TIMEOUT_S)
    except TimeoutError:
        pending.cancel()
        return None
    times = [stream.roundTripTime for stream in report.values() if isinstance(stream, RTCRemoteInboundRtpStreamStats)]
    measured = [time for time in times if time is not None]
    return measured[-1] * 1000 if measured else None
