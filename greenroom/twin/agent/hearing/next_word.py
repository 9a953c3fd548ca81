"""End of turn by words: how likely a small language model expects the sentence to end here.

SmolLM2-135M reads what was said and rates what comes next. "We have still that" wants another word, "we have still that
resource" does not; sound alone cannot tell the two apart when the caller hesitates.
"""

from __future__ import annotations

import json
import math
import re
import secrets
from typing import Any

from greenroom.twin.agent.brain.builtin import llama_cpp, model_file

CONTEXT_TOKENS = 256
#: Enough to know whether a sentence is complete; each word costs about 3 ms.
MOST_WORDS = 30
#: The words are an answer in a conversation, so that short ones count as sentences too.
_PROMPT = "A: Hello, how can I help you?\nB: "
#: How many of the likeliest next tokens are looked at.
_CANDIDATES = 60
_MARKS_BEHIND = re.compile(r"[\s\"”'’.?!,;:…–-]+$")
_END = re.compile(r"\s*[\"”]?[.?!\n;]|<\|")


class NextWord:
    """Implements :class:`greenroom.speech.hearing.SentenceEnd`: 15-80 ms on one core."""

    def __init__(self) -> None:
        params = llama_cpp.CommonParams()
        params.model.path = model_file()
        params.n_ctx = CONTEXT_TOKENS
        params.n_batch = params.n_ubatch = 64
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
        params.n_parallel = 1
        params.cache_ram_mib = 0
        params.verbosity = -1
        # It also serves HTTP on a local port, which any web page could reach: a random key locks it.
        params.api_keys = [secrets.token_urlsafe(32)]
        params.endpoint_slots = False
        self._server = llama_cpp.Server(params)
        self.probability("Hello")  # the first call fills the caches

    def probability(self, text: str) -> float:
        """See :meth:`greenroom.speech.hearing.SentenceEnd.probability`. Reads the last :data:`MOST_WORDS` words, less marks."""
        words = " ".join(_MARKS_BEHIND.sub("", text).lstrip(" \"“'‘").split()[-MOST_WORDS:])
        asked = {"prompt": _PROMPT + words, "n_predict": 1, "n_probs": _CANDIDATES, "temperature": 0.0}
        return _ending(self._server.handle_completions(asked)) if words else 0.0


def _ending(answer: Any) -> float:
    """The share of next tokens that end a sentence."""
    parsed = answer if isinstance(answer, dict) else json.loads(answer)
    candidates = parsed["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
    return min(1.0, sum(math.exp(one["logprob"]) for one in candidates if _END.match(one["token"])))
