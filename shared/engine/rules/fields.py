"""The prices of a bar."""

from shared.engine.bars import Bars
from shared.engine.rules.series import Axis, Series


def field(name: str, bars: Bars, axis: Axis) -> Series:
    match name:
        case "open":
            values = bars.open
        case "high":
            values = bars.high
        case "low":
            values = bars.low
        case "close":
            values = bars.close
        case "volume":
            values = bars.volume
        case "hl2":
            values = (bars.high + bars.low) / 2
        case "hlc3":
            values = (bars.high + bars.low + bars.close) / 3
        case "ohlc4":
            values = (bars.open + bars.high + bars.low + bars.close) / 4
        case _:
            raise AssertionError(name)
    return Series(values, axis)
