"""The sound of a call as files: pieces that come in while it runs, the one seekable file they become, its waveform."""

from greenroom.recording.joining import Joined, join
from greenroom.recording.waveform import PER_SECOND, Waveform, read_waveform, waveform_of, write_waveform

__all__ = ["PER_SECOND", "Joined", "Waveform", "join", "read_waveform", "waveform_of", "write_waveform"]
