"""A text that repeats one sign a hundred thousand times: four times as long, it takes about four times as much."""

from __future__ import annotations

import contextlib
import time

import pytest

from greenroom.formats.curl import is_curl
from greenroom.formats.document import UnreadableText
from greenroom.formats.reader import read_text

pytestmark = pytest.mark.unit

LENGTH = 20_000
#: Less than this is no time at all.
FLOOR_S = 0.05


def seconds(text: str) -> float:
    begun = time.process_time()
    with contextlib.suppress(UnreadableText):
        read_text(text)
    return time.process_time() - begun


@pytest.mark.parametrize(
    "sign", [" ", "\n", "\t", "|", "a=b ", "$ ", "curl | ", "http -a ", "def a\n", "a: ", "$a = @{ ", "{ ", "`"]
)
def test_a_repeated_sign_takes_no_longer_than_its_length(sign: str) -> None:
    count = LENGTH // len(sign)
    once, more = seconds(f"{sign * count}{{"), seconds(f"{sign * (4 * count)}{{")
    assert more / max(once, FLOOR_S) < 9, (once, more)


@pytest.mark.parametrize(
    "line",
    ["curl -X POST https://x", "  $ curl https://x", "user@host:~$ A=1 B=2 curl -d x", "cat b.json | curl -d @- https://x",
     "http POST https://x a=b", "echo x | jq . | https -v POST https://x", "A=1 wget https://x", "\ncurl.exe https://x"],
)  # fmt: skip
def test_a_line_that_begins_a_request_is_one(line: str) -> None:
    assert is_curl(line)


@pytest.mark.parametrize(
    "line", ["I curl my hair", "mycurl https://x", "see https://x/join", "/usr/share/curl is", "# use curl:"]
)
def test_words_in_a_text_are_none(line: str) -> None:
    assert not is_curl(line)
