"""What TA-Lib has too, it gives alike: on walks, on ticks with equal prices, and on the market."""

from collections.abc import Callable

import numpy as np
import pytest
import talib

from shared.engine.bars import Bars, Floats
from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.patterns import PATTERNS
from tests.shared.engine.indicators.bar_walks import BARS, call, candles, market

MARKETS = {
    "walk": candles(3_000),
    "ticks": candles(3_000, seed=2, tick=0.1),
    "coarse ticks": candles(3_000, seed=3, tick=1.0),
    "gaps": candles(3_000, seed=5, gap=0.01),
    **market(),
}
ALL = pytest.mark.parametrize("bars", MARKETS.values(), ids=MARKETS)


def hlc(bars: Bars) -> tuple[Floats, Floats, Floats]:
    return bars.high, bars.low, bars.close


def stochastic(bars: Bars, n: int, smooth: int, d: int) -> tuple[Floats, ...]:
    return talib.STOCH(*hlc(bars), n, smooth, 0, d, 0)


PEERS: dict[str, Callable[..., tuple[Floats, ...]]] = {
    "atr": lambda bars, n: (talib.ATR(*hlc(bars), n),),
    "natr": lambda bars, n: (talib.NATR(*hlc(bars), n),),
    "adx": lambda bars, n: (talib.ADX(*hlc(bars), n),),
    "dmi": lambda bars, n: (talib.PLUS_DI(*hlc(bars), n), talib.MINUS_DI(*hlc(bars), n)),
    "aroon": lambda bars, n: talib.AROON(bars.high, bars.low, n)[::-1],
    "psar": lambda bars, step, most: (talib.SAR(bars.high, bars.low, step, most),),
    "stoch": stochastic,
    "willr": lambda bars, n: (talib.WILLR(*hlc(bars), n),),
    "cci": lambda bars, n: (talib.CCI(*hlc(bars), n),),
    "mfi": lambda bars, n: (talib.MFI(*hlc(bars), bars.volume, n),),
    "obv": lambda bars: (talib.OBV(bars.close, bars.volume),),
    "adl": lambda bars: (talib.AD(*hlc(bars), bars.volume),),
}
DEFAULTS = {
    "atr": (14,),
    "natr": (14,),
    "adx": (14,),
    "dmi": (14,),
    "aroon": (14,),
    "psar": (0.02, 0.2),
    "stoch": (14, 3, 3),
    "willr": (14,),
    "cci": (20,),
    "mfi": (14,),
    "obv": (),
    "adl": (),
}


@ALL
@pytest.mark.parametrize("name", PEERS)
def test_as_talib(name: str, bars: Bars) -> None:
    for settings in (BARS[name], DEFAULTS[name]):
        for output, peer in zip(call(name, bars, *settings), PEERS[name](bars, *settings), strict=True):
            # Where nothing moved or was traded there is no share of it: TA-Lib says 0.
            undefined = np.isnan(output)
            assert not np.nan_to_num(peer[undefined]).any()
            scale = max(1.0, float(np.nanmax(np.abs(peer)))) if name in {"obv", "adl", "cci"} else 1.0
            np.testing.assert_allclose(output[~undefined], peer[~undefined], rtol=1e-9, atol=1e-9 * scale)


@ALL
@pytest.mark.parametrize("code", PATTERNS)
def test_a_pattern_is_talibs(code: str, bars: Bars) -> None:
    (found,) = call(f"cdl_{code}", bars)
    begin = FUNCTIONS[f"cdl_{code}"].warm_up()
    prices = (bars.open, bars.high, bars.low, bars.close)
    assert np.isnan(found[:begin]).all()
    assert np.array_equal(found[begin:], getattr(talib, f"CDL{code.upper()}")(*prices)[begin:])


def test_a_pattern_takes_its_penetration() -> None:
    bars = MARKETS["gaps"]
    prices = (bars.open, bars.high, bars.low, bars.close)
    (shallow,), (deep,) = (call("cdl_darkcloudcover", bars, depth) for depth in (0.0, 0.9))
    assert np.array_equal(shallow[11:], talib.CDLDARKCLOUDCOVER(*prices, 0.0)[11:])
    assert np.count_nonzero(shallow[11:]) > np.count_nonzero(deep[11:])
