"""Strategy files to try things on."""

CROSS = """
name = "SMA cross"
[parameters]
fast = { value = 24, from = 5, to = 60, step = 5 }
slow = 96
stop = 0.02
[entry]
long = "crosses_above(sma(close, $fast), sma(close, $slow))"
short = "crosses_below(sma(close, $fast), sma(close, $slow))"
[exit]
long = "crosses_below(sma(close, $fast), sma(close, $slow))"
[risk]
size = { percent_of_equity = 1.0 }
stop_loss = { percent = "$stop", of = "signal_close" }
take_profit = { percent = 0.04, of = "signal_close" }
"""

EVERYTHING = """
name = "Everything"
description = "Shows every key."
timeframe = "15m"
universe = ["BTCUSDT", "ETHUSDT"]
requires = "$fast > 2"
[parameters]
fast = 24
trend = true
phase = "accumulation"
[entry]
long = "crosses_above(sma(close, $fast), sma(close@1d, 5)) and $trend"
short = "rank(close, universe) > 1 and amd_phase() != $phase"
order = "limit"
long_price = "close * 0.99"
short_price = "close * 1.01"
valid_bars = 3
pyramiding = 2
ladder = { levels = 4, atr = 0.5, bars = 20 }
[exit]
long = "bars_held > 10"
short = 'close["SOLUSDT"] > 3'
[[legs]]
symbol = "BTCUSDT"
weight = 1
[[legs]]
symbol = "ETHUSDT"
weight = -1.5
[risk]
size = { risk_fraction = 0.01 }
stop_loss = { atr = 2, bars = 30 }
take_profit = [
    { percent = 0.04, share = 0.5, of = "signal_close" },
    { long_price = "high + 1", short_price = "low - 1", share = 0.5 },
]
trailing_stop = { chandelier = 3 }
time_stop = 1
max_open_positions = 2
cooldown = 5
halt = { daily = 0.01, monthly = 0.15 }
leverage = { most = 3, maintenance_margin = 0.05 }
borrow_rate = 0.03
"""


def with_risk(lines: str) -> str:
    """A long strategy with this under `[risk]`."""
    return f'name = "a"\n[entry]\nlong = "close > open"\n[risk]\n{lines}\n'


def with_entry(lines: str) -> str:
    """A long strategy with this under `[entry]`."""
    return f'name = "a"\n[entry]\nlong = "close > open"\n{lines}\n'
