"""Numbers and times as a person reads them, in English and Spanish."""

import math
from datetime import UTC, datetime, timedelta

from functions.strategy.report.metric_words import Unit
from functions.strategy.saying import stated
from shared.words import Language

UNDEFINED = "–"
SPACE = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
DAY = 86_400_000_000  # µs
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GREAT = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def decimal(value: float | None, digits: int, language: Language, *, sign: bool = False) -> str:
    """12 345.67, with a decimal comma in Spanish."""
    if value is None or not math.isfinite(value):
        return UNDEFINED
    text = f"{abs(value):,.{digits}f}".replace(",", SPACE)
    if language == "es":
        text = text.replace(".", ",")
    is_zero = not any(digit in text for digit in "123456789")
    before = "" if is_zero else MINUS if value < 0 else "+" if sign else ""
    return before + text


def percent(fraction: float | None, language: Language, *, digits: int = 1, sign: bool = False) -> str:
    text = decimal(None if fraction is None else fraction * 100, digits, language, sign=sign)
    return text if text == UNDEFINED else f"{text}{SPACE}%"


def significant(value: float | None, language: Language, digits: int = 7) -> str:
    """A price or a quantity: so many digits at most before and after the point, no zeros at the end."""
    if value is None or not math.isfinite(value):
        return UNDEFINED
    whole = math.floor(math.log10(abs(value))) + 1 if value else 1
    places = min(max(digits - whole, 0), 8)
    rounded = f"{abs(value):.{places}f}"
    kept = len(rounded.rstrip("0").partition(".")[2]) if "." in rounded else 0
    return decimal(value, kept, language)


def compact(value: float, language: Language) -> str:
    """12.5k, for the side of a chart."""
    size, letter = next(((size, letter) for size, letter in GREAT if abs(value) >= size * 10), (1.0, ""))
    return significant(value / size, language, 4) + letter


def scale_words(values: list[float], unit: str, language: Language) -> list[str]:
    """Beside a chart: no two of them the same."""
    if unit == "money":
        short = [compact(value, language) for value in values]
        if len(set(short)) == len(short):
            return short
    if unit == "percent":
        digits = enough_digits([value * 100 for value in values])
        return [percent(value, language, digits=digits) for value in values]
    digits = enough_digits(values)
    return [decimal(value, digits, language) for value in values]


def enough_digits(values: list[float]) -> int:
    """After the point, to write each of these round numbers in full."""
    exact = (
        digits
        for digits in range(8)
        if all(math.isclose(round(value, digits), value, abs_tol=1e-12) for value in values)
    )
    return next(exact, 8)


def figure(value: float | int | str | None, unit: Unit, language: Language) -> str:
    if isinstance(value, str):
        return stated(value) or UNDEFINED
    match unit:
        case "percent":
            return percent(value, language, digits=2)
        case "points":
            return percent(None if value is None else value / 100, language, digits=1)
        case "count":
            return decimal(value, 0, language)
        case "days":
            return days(value, language)
        case "times":
            text = decimal(value, 1, language)
            return text if text == UNDEFINED else f"{text}{SPACE}×"
    return decimal(value, 2, language)


def days(value: float | None, language: Language) -> str:
    text = decimal(value, 0 if value is not None and float(value).is_integer() else 1, language)
    return text if text == UNDEFINED else f"{text}{SPACE}d"


def moment(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=int(micros))


def date(micros: int) -> str:
    return moment(micros).strftime("%Y-%m-%d")


def minute(micros: int, *, clock: bool = False) -> str:
    """Without the hour where there is none, unless the clock is wanted."""
    at = moment(micros)
    return at.strftime("%Y-%m-%d %H:%M" if clock or micros % DAY else "%Y-%m-%d")


def duration(micros: float) -> str:
    """In the greatest unit of which there is at least one."""
    seconds = micros / 1e6
    for length, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        if seconds >= length:
            return f"{seconds / length:.3g}{SPACE}{unit}"
    return f"{micros / 1e3:.3g}{SPACE}ms"
