"""TA-Lib knows these too: the same values from the same bar on."""

from collections.abc import Callable

import numpy as np
import pytest
import talib

from shared.engine.bars import Floats
from tests.shared.engine.indicators.walks import call, closes, walk

PEERS: dict[str, Callable[..., Floats | tuple[Floats, ...]]] = {
    "sma": talib.SMA,
    "ema": talib.EMA,
    "wma": talib.WMA,
    "dema": talib.DEMA,
    "tema": talib.TEMA,
    "kama": talib.KAMA,
    "linreg": talib.LINEARREG,
    "rsi": talib.RSI,
    "macd": talib.MACD,
    "stochrsi": talib.STOCHRSI,
    "roc": talib.ROC,
    "mom": talib.MOM,
    "stddev": talib.STDDEV,
    "bbands": lambda x, n, factor: talib.BBANDS(x, n, factor, factor),
    "highest": talib.MAX,
    "lowest": talib.MIN,
}
SETTINGS: dict[str, tuple[tuple[float, ...], ...]] = {
    **dict.fromkeys(PEERS, ((2,), (3,), (8,), (9,), (14,), (50,))),
    "macd": ((12, 26, 9), (2, 3, 2), (5, 34, 5), (26, 12, 9), (8, 8, 4), (12, 26, 1)),
    "stochrsi": ((14, 14, 3), (2, 5, 3), (5, 3, 1)),
    "bbands": ((20, 2.0), (5, 1.5), (2, 3.0)),
}
CASES = [(name, settings) for name in PEERS for settings in SETTINGS[name]]


def close(ours: Floats, peers: Floats, scale: float) -> None:
    assert np.array_equal(np.isnan(ours), np.isnan(peers))
    np.testing.assert_allclose(ours, peers, rtol=1e-9, atol=1e-10 * scale)  # near zero: of what is subtracted


def compare(name: str, x: Floats, settings: tuple[float, ...]) -> None:
    peers = PEERS[name](x, *settings)
    several = peers if isinstance(peers, tuple) else (peers,)
    of_prices = name not in ("rsi", "stochrsi", "roc")
    for ours, theirs in zip(call(name, x, *settings), several, strict=True):
        close(ours, theirs, float(np.abs(x).max()) if of_prices else 100.0)


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_a_walk(name: str, settings: tuple[float, ...]) -> None:
    for bars in (3_000, 173, 60):
        compare(name, walk(bars, seed=bars), settings)


@pytest.mark.parametrize(
    "name", ["sma", "ema", "wma", "rsi", "roc", "mom", "macd", "kama", "highest", "lowest"]
)
def test_real_closes(name: str) -> None:
    market = closes()
    if not market:
        pytest.skip("the market's data is not here")
    for x in market.values():
        compare(name, x, (12, 26, 9) if name == "macd" else (14,))


def test_one_bar_is_an_average_of_itself() -> None:
    x = walk(40)
    for name in ("sma", "ema", "wma", "dema", "tema", "hma"):
        np.testing.assert_allclose(call(name, x, 1)[0], x, rtol=1e-15)
