"""What the checker knows of an expression, and how it says so."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, NoReturn

from shared.engine.language.bounds import NUMBER
from shared.engine.language.catalogue import Kind
from shared.engine.language.errors import Code, LanguageError, at
from shared.engine.language.timeframes import bars_unseen, ratio
from shared.engine.language.tree import Node

Value = float | bool | str
SAID = {
    ("number", True): "a series of numbers",
    ("number", False): "a constant number",
    ("truth", True): "a condition",
    ("truth", False): "a constant, true or false",
    ("text", True): "a series of texts",
    ("text", False): "a text",
    ("universe", False): "the universe",
}


class Typed(NamedTuple):
    kind: Kind
    series: bool = True
    warm_up: int = 0  # leading bars without a value, of its timeframe
    timeframe: str = ""  # of its bars; empty: the strategy's
    of_position: bool = False
    values: tuple[str, ...] = ()  # what a text may be
    constant: Value | None = None

    @property
    def said(self) -> str:
        return SAID[self.kind, self.series]


def known(kind: Kind, value: Value | None) -> Typed:
    """A constant; `universe` is one without a value."""
    return Typed(kind, False, 0, "", False, (), value)


def aligned(part: Typed, base: str) -> Typed:
    """On the strategy's bars."""
    if not part.timeframe:
        return part
    unseen = bars_unseen(part.warm_up, ratio(part.timeframe, base))
    return part._replace(timeframe="", warm_up=unseen)


def together(parts: Sequence[Typed], base: str) -> Sequence[Typed]:
    """On common bars: their own where they share them, else the strategy's."""
    if len(parts) > 1 and len({part.timeframe for part in parts if part.series}) > 1:
        return [aligned(part, base) for part in parts]
    return parts


def combined(kind: Kind, parts: Sequence[Typed]) -> Typed:
    """Of parts on common bars."""
    series, warm_up, timeframe, of_position = False, 0, "", False
    for part in parts:
        if part.series:
            series, timeframe = True, part.timeframe
            warm_up = max(warm_up, part.warm_up)
            of_position = of_position or part.of_position
    return Typed(kind, series, warm_up, timeframe, of_position)


def folded(fold: Callable[..., Value], parts: Sequence[Typed], node: Node) -> Value:
    """The constant that constants give."""
    try:
        value = fold(*(part.constant for part in parts))
    except (ArithmeticError, ValueError):
        refuse("range", f"the constant{at(node.place)} has no value", node)
    if isinstance(value, bool | str):
        return value
    if not abs(value) <= NUMBER:  # NaN is refused as well
        refuse("range", f"the constant{at(node.place)} lies beyond ±{NUMBER:.0e}", node)
    return float(value)


def refuse(code: Code, sentence: str, node: Node) -> NoReturn:
    raise LanguageError(code, sentence, place=node.place)
