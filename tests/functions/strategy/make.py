"""Candles, strategies and commands to test with."""

from pathlib import Path

from typer.testing import CliRunner, Result

from functions.strategy.cli import app

HEADER = "timestamp,open,high,low,close,volume"
ROWS = (
    "2024-01-01T00:00:00Z,10,12,9,11,100",
    "2024-01-01T01:00:00Z,11,13,10,12,200",
    "2024-01-01T02:00:00Z,12,14,11,13.5,300",
)
# The closes of a zigzag: ten bars down, ten bars up, between 90 and 110.
ZIGZAG = tuple(100.0 + 2 * (abs(i % 20 - 10) - 5) for i in range(200))
MOMENTUM = """
name = "Momentum"
[parameters]
look = { value = 2, from = 1, to = 4, step = 1 }
wait = { value = 3, from = 1, to = 3, step = 1 }
[entry]
long = "close > close[$look]"
[exit]
long = "close < close[$wait]"
"""


def file(folder: Path, text: str | bytes, name: str = "BTC.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def lines(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def hour(i: int) -> str:
    return f"2024-01-{1 + i // 24:02}T{i % 24:02}:00:00Z"


def hourly(closes: tuple[float, ...] = ZIGZAG, *, symbol: str = "") -> str:
    """Each bar opens at the close before it."""
    rows = []
    for i, close in enumerate(closes):
        opened = closes[i - 1] if i else close
        prices = f"{opened!r},{max(opened, close) + 1!r},{min(opened, close) - 1!r},{close!r},1000"
        rows.append(f"{hour(i)},{symbol},{prices}" if symbol else f"{hour(i)},{prices}")
    header = "timestamp,symbol,open,high,low,close,volume" if symbol else HEADER
    return lines(*rows, header=header)


def strategy(folder: Path, text: str = MOMENTUM, name: str = "momentum.toml") -> Path:
    return file(folder, text, name)


def command(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])
