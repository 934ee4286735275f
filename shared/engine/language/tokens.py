"""A rule's text, word by word: only as far as the parser asks, so that a hostile text costs little."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, NoReturn, cast

from shared.engine.language.bounds import DIGITS, WORD
from shared.engine.language.errors import LanguageError, Place

Kind = Literal["number", "name", "word", "parameter", "text", "timeframe", "sign", "end"]

WORDS = {"and", "or", "not", "true", "false"}
BLANK = re.compile(r"[ \t\r\n]*")
TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|\$(?P<parameter>[A-Za-z_][A-Za-z0-9_]*)"
    r"|@(?P<timeframe>[0-9]+[A-Za-z]+)"
    r"|(?P<text>\"[^\"]*\"|'[^']*')"
    r"|(?P<sign><=|>=|==|!=|[-+*/<>()\[\],.])"
)
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


class Token(NamedTuple):
    kind: Kind
    value: str
    place: Place


def tokens(text: str) -> Iterator[Token]:
    """Ends with one of kind `end`, again and again."""
    position = 0
    while (position := _end(BLANK.match(text, position))) < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            _refuse(text, position)
        token = _token(match)
        position = token.place.end
        yield token
    while True:
        yield Token("end", "", Place(len(text), len(text)))


def _token(match: re.Match[str]) -> Token:
    kind, place = match.lastgroup, Place(*match.span())
    value = match[kind or 0]
    if kind == "text":
        return Token("text", _inside(value, place), place)
    _short_enough(value, place, most=DIGITS if kind == "number" else WORD)
    if kind == "name" and value in WORDS:
        return Token("word", value, place)
    return Token(cast(Kind, kind), value, place)


def _inside(quoted: str, place: Place) -> str:
    inside = quoted[1:-1]
    _short_enough(inside, place, most=WORD)
    if TEXT.fullmatch(inside) is None:
        sentence = f"the text at {place.start + 1} may hold plain letters, digits and signs, no `\\` or quote"
        raise LanguageError("syntax", sentence, place=place)
    return inside


def _short_enough(value: str, place: Place, *, most: int) -> None:
    if len(value) > most:
        sentence = f"`{value[:12]}…` at {place.start + 1} is longer than {most} characters"
        raise LanguageError("too_large", sentence, place=place)


def _refuse(text: str, position: int) -> NoReturn:
    character, place = text[position], Place(position, position + 1)
    if character.isascii() and character.isprintable():
        hint = INSTEAD.get(character, "it has no meaning in a rule")
        raise LanguageError("syntax", f"unexpected `{character}` at {position + 1}: {hint}", place=place)
    sentence = f"unexpected character U+{ord(character):04X} at {position + 1}: rules are plain ASCII"
    raise LanguageError("syntax", sentence, place=place)


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0
