"""What is negotiated with a browser: its own payload types, and only what the edge forwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.outside_json import UnreadableJson
from greenroom.twin.edge.candidates import MediaCandidate
from greenroom.twin.edge.ortc import Fingerprint, fingerprints, negotiate, our_half
from tests.twin.edge.doubles import codec, offer

pytestmark = pytest.mark.unit


def test_opus_and_vp8_with_its_own_retransmissions() -> None:
    chosen = negotiate(offer())
    assert (chosen.audio_type, chosen.video_type, chosen.rtx_type) == (111, 96, 97)
    answer = chosen.answer()["sendrecv"]
    assert [codec["payloadType"] for codec in answer["audioCodecs"]] == [111]
    assert [codec["payloadType"] for codec in answer["videoCodecs"]] == [96, 97]
    assert answer["audioExtensions"] == answer["videoExtensions"] == []


def test_only_feedback_that_the_edge_acts_on() -> None:
    answer = negotiate(offer()).answer()["sendrecv"]
    feedback = [(entry["type"], entry["parameter"]) for entry in answer["videoCodecs"][0]["rtcpFeedbacks"]]
    assert feedback == [("nack", ""), ("nack", "pli"), ("ccm", "fir")]
    assert answer["audioCodecs"][0]["rtcpFeedbacks"] == []


def test_a_browser_without_vp8_still_talks() -> None:
    chosen = negotiate({"rtpCapabilities": {"send": {"audioCodecs": [codec(109, "OPUS", 48_000)]}, "recv": None}})
    assert (chosen.audio_type, chosen.video_type, chosen.rtx_type) == (109, None, None)
    assert chosen.answer()["sendrecv"]["videoCodecs"] == []


@pytest.mark.parametrize(
    "capabilities",
    [
        {},
        {"sendrecv": {"audioCodecs": []}},
        {"sendrecv": []},
        {"sendrecv": {"audioCodecs": "opus"}},
        {"sendrecv": {"audioCodecs": [7]}},
        {"sendrecv": {"audioCodecs": [{"payloadType": "111", "rtpMap": {"encodingName": "opus"}}]}},
        {"sendrecv": {"audioCodecs": [{"payloadType": 300, "rtpMap": {"encodingName": "opus"}}]}},
        {"sendrecv": {"audioCodecs": [{"payloadType": 111, "rtpMap": None}]}},
    ],
)
def test_what_is_malformed_is_said_to_be(capabilities: dict) -> None:
    with pytest.raises(UnreadableJson):
        negotiate({"rtpCapabilities": capabilities})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["sendrecv", "audioCodecs", "rtpMap"]), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["sendrecv", "send", "recv", "audioCodecs"]), JSON))
def test_no_json_breaks_it(capabilities: dict) -> None:
    with pytest.raises(UnreadableJson):
        negotiate({"rtpCapabilities": capabilities})


def test_fingerprints_under_either_key() -> None:
    def ortc(entry: dict) -> dict:
        return {"dtlsParameters": {"fingerprints": [entry]}}

    expected = [Fingerprint("sha-256", "AB")]
    assert fingerprints(ortc({"hashFunction": "sha-256", "fingerprint": "AB"})) == expected
    assert fingerprints(ortc({"algorithm": "sha-256", "fingerprint": "AB"})) == expected
    with pytest.raises(UnreadableJson):
        fingerprints({"dtlsParameters": {"fingerprints": []}})


def test_our_half_has_every_address_in_order_of_preference() -> None:
    half = our_half(
        ("u", "p"),
        [MediaCandidate("127.0.0.1", 1), MediaCandidate("10.0.0.2", 2), MediaCandidate("10.0.0.2", 3, "tcp")],
        [Fingerprint("sha-256", "AB")],
        negotiate(offer()),
    )
    first, second, tcp = half["iceParameters"]["candidates"]
    assert (first["ip"], first["port"], second["ip"], second["port"]) == ("127.0.0.1", 1, "10.0.0.2", 2)
    assert first["priority"] > second["priority"] > tcp["priority"]
    assert (tcp["protocol"], tcp["type"]) == ("tcp", "host")  # no tcptype: browsers take it for passive
    assert half["dtlsParameters"] == {"role": "client", "fingerprints": [{"algorithm": "sha-256", "fingerprint": "AB"}]}
