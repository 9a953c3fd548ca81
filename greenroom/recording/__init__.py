"""Recording files: join received pieces into one seekable file, and compute its waveform."""

from greenroom.recording.joining import Joined, join
from greenroom.recording.loudness import NoSpeech, matched
from greenroom.recording.waveform import PER_SECOND, Waveform, read_waveform, waveform_of, write_waveform

__all__ = ["PER_SECOND", "Joined", "NoSpeech", "Waveform", "join", "matched", "read_waveform", "waveform_of", "write_waveform"]
