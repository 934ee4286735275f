"""A rule's text → its words. What is no word stands among them: the parser comes to it, and refuses it."""

import re
from itertools import accumulate
from typing import NamedTuple

from shared.engine.language.bounds import DIGITS, NODES, WORD
from shared.engine.language.errors import LanguageError, Place

WORDS = {"and", "or", "not", "true", "false"}
MOST = 6 * NODES
BLANK = " \t\r\n"
TOKEN = re.compile(  # without groups: it gives all of a text's at once
    rf"[{BLANK}]*(?:"
    r"[A-Za-z_][A-Za-z0-9_]*"
    r"|\$[A-Za-z_][A-Za-z0-9_]*"
    r"|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
    r"|@[0-9]+[A-Za-z]+"
    r"|\"[^\"]*\"|'[^']*'"
    r"|[<>=!]="
    rf"|[^{BLANK}])"
)
DIGIT, LETTER = "0123456789", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
SINGLE = {*DIGIT, *LETTER, *"-+*/<>()[],."}  # characters that are words
QUOTES = ("'", '"')
TEXT = re.compile(r"[ !#-&(-\[\]-~]*")  # printable ASCII without quotes and backslash
INSTEAD = {  # what other languages write
    "&": "write `and`",
    "|": "write `or`",
    "!": "write `not`",
    "=": "write `==` to compare",
    "^": "write a product instead of a power",
    "%": "write the fraction, 0.02 for 2 percent",
    "$": "a parameter is written `$name`",
    "@": "a timeframe is written `@1h`",
    ";": "a file has one rule for each key",
    "{": "write `(`",
    "}": "write `)`",
    "'": "the quote is not closed",
    '"': "the quote is not closed",
}


class Tokens(NamedTuple):
    words: list[str]  # as they are written; behind the last one an empty one
    ends: list[int]

    def place(self, index: int) -> Place:
        end = self.ends[index]
        return Place(end - len(self.words[index]), end)


def tokens(text: str) -> Tokens:
    found = TOKEN.findall(text.rstrip(BLANK))  # or blanks at the end are tried from each of them on
    words = [word.lstrip(BLANK) for word in found]
    whole = Tokens([*words, ""], [*accumulate(map(len, found)), len(text)])
    if len(words) > MOST:
        sentence = f"the rule has more than {NODES} parts"
        raise LanguageError("too_large", sentence, place=whole.place(MOST))
    if max(map(len, words), default=0) > DIGITS:
        _short_enough(whole)
    return whole


def _short_enough(whole: Tokens) -> None:
    for index, word in enumerate(whole.words):
        most = DIGITS if word[:1].isdigit() else WORD
        inside = word[1:-1] if word[:1] in QUOTES else word.lstrip("$@")
        if len(inside) > most:
            place = whole.place(index)
            sentence = f"`{inside[:12]}…` at {place.start + 1} is longer than {most} characters"
            raise LanguageError("too_large", sentence, place=place)


def inside(quoted: str, place: Place) -> str:
    text = quoted[1:-1]
    if TEXT.fullmatch(text) is None:
        sentence = f"the text at {place.start + 1} may hold plain letters, digits and signs, no `\\` or quote"
        raise LanguageError("syntax", sentence, place=place)
    return text


def refuse_other(word: str, place: Place) -> None:
    """What is no word of the language is one character that begins none."""
    if len(word) != 1 or word in SINGLE:
        return
    if word.isascii() and word.isprintable():
        hint = INSTEAD.get(word, "it has no meaning in a rule")
        raise LanguageError("syntax", f"unexpected `{word}` at {place.start + 1}: {hint}", place=place)
    sentence = f"unexpected character U+{ord(word):04X} at {place.start + 1}: rules are plain ASCII"
    raise LanguageError("syntax", sentence, place=place)
