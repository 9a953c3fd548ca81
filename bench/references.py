"""Reference transcripts for the recordings of :mod:`bench.utterances` whose text is known, from the books and the test data."""

from __future__ import annotations

#: By the beginning of an utterance's name; one with a hesitation says the same.
_SAID = {
    "two_ 1.1": "It was the best of times, it was the worst of times",
    "two_ 4.9": "it was the age of wisdom",
    "two_ 6.54": "it was the age of foolishness",
    "two_ 8.68": "it was the epoch of belief",
    "two_ 10.63": "it was the epoch of incredulity",
    "two_ 13.35": "it was the season of light",
    "two_ 15.02": "it was the season of darkness",
    "two_ 17.45": "it was the spring of hope, it was the winter of despair",
    "two_ 21.13": "we had everything before us, we had nothing before us",
    "two_ 24.52": "we were all going direct to heaven",
    "two_ 26.44": "we were all going direct the other way",
    "two_ 29.0": "in short, the period was so far like the present period",
    "two_ 32.65": "that some of its noisiest authorities insisted on its being received, for good or for evil, in the "
    "superlative degree of comparison only",
    "endg 11.88": "no, not heartily, just less heartily",
    "endg 17.51": "what are you talking about",
    "endg 23.66": "do you remember the day I went and fetched you from that ditch",
    "beck 0.2": "ever tried",
    "beck 1.77": "ever failed",
    "beck 3.4": "no matter",
    "beck 4.74": "try again",
    "beck 6.54": "fail again",
    "beck 8.04": "fail better",
    "4kb-0870": "and mister John Dashwood had then leisure to consider how much there might be prudently in his power "
    "to do for them",
    "4kb-0880": "he was not an ill disposed young man",
    "4kb-0890": "unless to be rather cold hearted and rather selfish is to be ill disposed",
    "4kb-0920": "had he married a more amiable woman he might have been made still more respectable than he was",
    "4kb-0930": "he might even have been made amiable himself",
    "001": "ten of clubs",
    "002": "four queen of clubs",
    "003": "seven of clubs",
    "004": "five five",
    "005": "eight of spades four of clubs seven of hearts",
    "oforward": "go forward ten meters",
    "omething": "go somewhere and do something",
    "numbers": "thirty three four six ninety two",
}


def reference(name: str) -> str:
    """The text of the utterance with this name; "" when it isn't known."""
    return _SAID.get(name.partition(" +")[0], "")
