"""Indicators that read more of a bar than one of its prices."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.shared.engine.rules.second_reading.averages import wilder
from tests.shared.engine.rules.second_reading.bars import Bar
from tests.shared.engine.rules.second_reading.memories import highest, lowest
from tests.shared.engine.rules.second_reading.values import Numbers, Truths, remembered

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BarAt = Callable[[int], Bar]


def typical(bar: Bar) -> float:
    return (bar.high + bar.low + bar.close) / 3


NAMED: dict[str, Callable[[Bar], float]] = {
    "open": lambda bar: bar.open,
    "high": lambda bar: bar.high,
    "low": lambda bar: bar.low,
    "close": lambda bar: bar.close,
    "volume": lambda bar: bar.volume,
    "hl2": lambda bar: (bar.high + bar.low) / 2,
    "hlc3": typical,
    "ohlc4": lambda bar: (bar.open + bar.high + bar.low + bar.close) / 4,
}


def named(name: str, bar_at: BarAt) -> Numbers:
    return remembered(lambda bar: NAMED[name](bar_at(bar)))


def atr(bar_at: BarAt, n: int) -> Numbers:
    """Wilder's average of the true ranges. The first bar has none: it has no close before it."""

    def true_range(bar: int) -> float | None:
        if bar == 0:
            return None
        now, before = bar_at(bar), bar_at(bar - 1).close
        return max(now.high - now.low, abs(now.high - before), abs(now.low - before))

    return wilder(remembered(true_range), n)


def donchian(bar_at: BarAt, n: int) -> dict[str, Numbers]:
    upper, lower = highest(named("high", bar_at), n), lowest(named("low", bar_at), n)

    def middle(bar: int) -> float | None:
        top, bottom = upper(bar), lower(bar)
        return None if top is None or bottom is None else (top + bottom) / 2

    return {"upper": upper, "middle": middle, "lower": lower}


def pivots(bar_at: BarAt) -> dict[str, Numbers]:
    """Of the floor traders, out of the bar itself."""

    def level(of: Callable[[float, float, float], float]) -> Numbers:
        return remembered(lambda bar: of(bar_at(bar).high, bar_at(bar).low, typical(bar_at(bar))))

    return {
        "pivot": level(lambda high, low, pivot: pivot),
        "r1": level(lambda high, low, pivot: 2 * pivot - low),
        "r2": level(lambda high, low, pivot: pivot + (high - low)),
        "r3": level(lambda high, low, pivot: high + 2 * (pivot - low)),
        "s1": level(lambda high, low, pivot: 2 * pivot - high),
        "s2": level(lambda high, low, pivot: pivot - (high - low)),
        "s3": level(lambda high, low, pivot: low - 2 * (high - pivot)),
    }


def obv(bar_at: BarAt) -> Numbers:
    """What was traded in a rise is added, in a fall taken away. It begins with the first bar's volume."""

    @remembered
    def at(bar: int) -> float | None:
        before = at(bar - 1)
        if before is None:
            return bar_at(bar).volume
        now, then = bar_at(bar), bar_at(bar - 1).close
        return before + (now.volume if now.close > then else -now.volume if now.close < then else 0.0)

    return at


def vwap(bar_at: BarAt, zone: str) -> Numbers:
    """Of the day in which the bar began; undefined until something was traded."""

    def day(bar: int) -> date:
        return local(bar_at(bar).opens, zone).date()

    def at(bar: int) -> float | None:
        first = bar
        while first > 0 and day(first - 1) == day(bar):
            first -= 1
        so_far = [bar_at(each) for each in range(first, bar + 1)]
        traded = sum(each.volume for each in so_far)
        return sum(typical(each) * each.volume for each in so_far) / traded if traded else None

    return remembered(at)


def between_time(bar_at: BarAt, start: str, end: str, zone: str) -> Truths:
    """Of the close of the bar: the start is included, the end is not; over midnight where it is earlier."""

    def at(bar: int) -> bool:
        now = local(bar_at(bar).closes, zone).strftime("%H:%M")
        return start <= now < end if start <= end else now >= start or now < end

    return remembered(at)


def local(moment: int, zone: str) -> datetime:
    return (EPOCH + timedelta(microseconds=moment)).astimezone(ZoneInfo(zone))
