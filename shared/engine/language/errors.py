"""The one refusal of the language: what is wrong, in a sentence, and where."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

Code = Literal["syntax", "unknown", "type", "range", "too_large"]


class Place(NamedTuple):
    """Offsets into the text, from 0, the end not included. Sentences count from 1, as editors do."""

    start: int
    end: int


class LanguageError(Exception):
    """`path`: the key in a strategy file, or the branch of a rule in JSON; empty in a rule of its own."""

    def __init__(self, code: Code, sentence: str, *, place: Place | None = None, path: str = "") -> None:
        super().__init__(f"{path}: {sentence}" if path else sentence)
        self.code = code
        self.sentence = sentence
        self.place = place
        self.path = path

    def under(self, path: str) -> "LanguageError":
        return LanguageError(self.code, self.sentence, place=self.place, path=path)


def at(place: Place | None) -> str:
    """Where, as a part of a sentence: a rule that came as JSON has no offsets."""
    return f" at {place.start + 1}" if place else ""


def did_you_mean(word: str, known: Iterable[str], *, quote: str = "`{}`") -> str:
    """The end of a sentence about a word that is not there."""
    meant = closest(word.lower()[:64], known)
    return f", did you mean {quote.format(meant)}?" if meant else ""


def closest(word: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches  # 2 ms that what is right does without

    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def quoted(words: Iterable[str]) -> str:
    """`a`, `b` or `c`."""
    *most, last = [f"`{word}`" for word in words]
    return f"{', '.join(most)} or {last}" if most else last
