"""A text in another language never ends the process: not a deep one, and not two that are read at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parent.parent.parent
READ = """
import sys, threading
from greenroom.formats.document import UnreadableText
from greenroom.formats.reader import read_text

def read(text, depth=0):
    if depth:
        return read(text, depth - 1)
    try:
        read_text(text)
    except UnreadableText:
        pass
"""
#: Whether the limit of the recursion is met while the text of a node is asked for depends on the depth at the beginning.
DEEP = """
for depth in range(4):
    read("const a = {properties: {llm: {url: " + "1 - " * 3000 + "1}}};", depth)
    read("$a = @{ properties = 'a'" + " + 'b'" * 3000 + " }\\nInvoke-RestMethod -Body ($a | ConvertTo-Json)", depth)
"""
AT_ONCE = """
texts = ["const a = {properties: {llm: {b: [" + "1, {a: 2}, " * 2000 + "1]}}};", "const x = {" + "a b c ) ( " * 1500]
texts.append("$a = @{ a = 1 }\\n" * 2000)
readers = [threading.Thread(target=lambda text=text: [read(text) for _ in range(3)]) for text in texts * 2]
for reader in readers:
    reader.start()
for reader in readers:
    reader.join()
"""


@pytest.mark.parametrize("program", [DEEP, AT_ONCE], ids=["deep", "at once"])
def test_a_program_in_another_language_ends_no_process(program: str) -> None:
    ended = subprocess.run([sys.executable, "-c", READ + program], capture_output=True, cwd=ROOT, check=False)
    assert (ended.returncode, ended.stderr[-300:]) == (0, b"")
