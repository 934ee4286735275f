"""How a time is written: the places of its parts in a text, known from its shape (every digit as 0)."""

import re
from typing import NamedTuple

DATE = r"(?P<y>0000)(?P<s>[-/.])(?P<a>00?)(?P=s)(?P<b>00?)"
TURNED = r"(?P<a>00?)(?P<s>[-/.])(?P<b>00?)(?P=s)(?P<y>0000)"  # day or month first
COMPACT = r"(?P<y>0000)(?P<a>00)(?P<b>00)"
CLOCK = r"(?P<h>00?):(?P<m>00)(?::(?P<sec>00)(?:[.,](?P<f>0{1,9}))?)?(?: ?(?P<half>[AaPp])[Mm])?"
CLOSE_CLOCK = r"(?P<h>00)(?P<m>00)(?P<sec>00)?"
ZONE = r"(?P<zone> ?[Zz]| ?UTC| ?GMT| ?(?P<sign>[+-])(?P<zh>00)(?::?(?P<zm>00))?)?"
BETWEEN = r"(?:[Tt_ ]|, | +)"
LAYOUTS = tuple(
    re.compile(f"{date}(?:{between}{clock}{ZONE})?")
    for date, between, clock in (
        (DATE, BETWEEN, CLOCK),
        (TURNED, BETWEEN, CLOCK),
        (COMPACT, BETWEEN, CLOCK),
        (COMPACT, BETWEEN, CLOSE_CLOCK),
        (COMPACT, "", CLOSE_CLOCK),
    )
)
NUMBER = re.compile(r"0+(?:\.0*)?")
Span = tuple[int, int]


class Layout(NamedTuple):
    year: Span
    first: Span  # the month, or in a turned date one of day and month
    second: Span
    turned: bool
    clock: tuple[Span, Span, Span]  # an empty span is 0
    fraction: Span
    afternoon: bool | None  # of a clock of twelve hours
    zone: tuple[int, Span, Span] | None  # its sign; None: it names none

    @property
    def has_clock(self) -> bool:
        return self.clock[0] != NOWHERE


NOWHERE = (0, 0)


def layout_of(shape: str) -> Layout | None:
    match = next((found for layout in LAYOUTS if (found := layout.fullmatch(shape))), None)
    if match is None:
        return None
    half = match.groupdict().get("half")
    return Layout(
        match.span("y"),
        match.span("a"),
        match.span("b"),
        turned=match.start("a") < match.start("y"),
        clock=(_span(match, "h"), _span(match, "m"), _span(match, "sec")),
        fraction=_span(match, "f"),
        afternoon=None if half is None else half in "Pp",
        zone=_zone(match),
    )


def _zone(match: re.Match[str]) -> tuple[int, Span, Span] | None:
    if match["zone"] is None:
        return None
    return -1 if match["sign"] == "-" else 1, _span(match, "zh"), _span(match, "zm")


def _span(match: re.Match[str], part: str) -> Span:
    if match.groupdict().get(part) is None:
        return NOWHERE
    return match.span(part)
