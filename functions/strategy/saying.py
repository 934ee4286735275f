"""Places, moments and lengths of time in words, English and Spanish."""

from datetime import UTC, datetime
from typing import Literal, NamedTuple

import numpy as np

from shared.words import Language

MINUTE = 60_000_000  # µs
SPANS: tuple[tuple[int, tuple[str, str], tuple[str, str]], ...] = (
    (1440 * MINUTE, ("day", "days"), ("día", "días")),
    (60 * MINUTE, ("hour", "hours"), ("hora", "horas")),
    (MINUTE, ("minute", "minutes"), ("minuto", "minutos")),
    (1_000_000, ("second", "seconds"), ("segundo", "segundos")),
)
MANY = 120  # of one unit
PARTS = {"line": "línea", "row": "fila"}


class Place(NamedTuple):
    """A file, a line of it, or a cell."""

    file: str
    part: Literal["line", "row"] = "row"  # how a file of its kind is counted
    number: int = 0  # from 1; 0: all of them
    column: str = ""  # empty: all of them

    def __str__(self) -> str:
        return self.told("en")

    def told(self, language: Language) -> str:
        spanish = language == "es"
        part, column = (PARTS[self.part], "columna") if spanish else (self.part, "column")
        pieces = [self.file]
        pieces += [f"{part} {self.number}"] if self.number else []
        pieces += [f"{column} {self.column}"] if self.column else []
        return ", ".join(pieces)


def moment(time: int | np.int64) -> str:
    """2024-01-31, or 2024-01-31 15:30, as short as it can be said."""
    at = datetime.fromtimestamp(int(time) // 1_000_000, UTC)
    if at.hour == at.minute == at.second == 0:
        return f"{at:%Y-%m-%d}"
    return f"{at:%Y-%m-%d %H:%M}" if at.second == 0 else f"{at:%Y-%m-%d %H:%M:%S}"


def span(length: int, language: Language = "en") -> str:
    """90 minutes, 2 days: exact, in the largest unit that is, or in several where that would be many."""
    unit = next((unit for unit, *_ in SPANS if length % unit == 0 and length), None)
    if unit is None:
        return f"{length} µs"
    pieces = []
    for each, english, spanish in SPANS:
        if each == unit or length // unit > MANY:
            one, many = spanish if language == "es" else english
            count, length = divmod(length, each)
            pieces += [f"{count} {one if count == 1 else many}"] if count else []
    return " ".join(pieces)


def stated(time: str) -> str:
    """An ISO 8601 time, without the hour where there is none."""
    return time.removesuffix("Z").replace("T", " ").removesuffix(" 00:00:00").removesuffix(":00")
