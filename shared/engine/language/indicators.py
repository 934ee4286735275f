"""The indicators: what each takes and gives, and the bars it needs: as TA-Lib counts, where it has them."""

from math import isqrt

from shared.engine.language.bounds import WINDOW
from shared.engine.language.catalogue import Function, Input, Setting, Wording

X = (Input("x"),)
RANGE = ("high", "low")
BAR = (*RANGE, "close")
TRADED = (*BAR, "volume")


def bars(default: int | None = None, *, name: str = "n", low: int = 1) -> Setting:
    return Setting(name, low, WINDOW, default)


def factor(default: float, *, name: str = "factor", high: float = 100) -> Setting:
    return Setting(name, 0, high, default, whole=False)


def window(n: int) -> int:
    """Of a function over the last n bars."""
    return n - 1


def changes(n: int) -> int:
    """Of a function over the last n changes from bar to bar."""
    return n


AVERAGES = (
    Function("sma", X, (bars(),), warm_up=window),
    Function("ema", X, (bars(),), warm_up=window),
    Function("wma", X, (bars(),), warm_up=window),
    Function("dema", X, (bars(),), warm_up=lambda n: 2 * (n - 1), cost=3),
    Function("tema", X, (bars(),), warm_up=lambda n: 3 * (n - 1), cost=4),
    Function("kama", X, (bars(10, low=2),), warm_up=changes, cost=2),
    Function("hma", X, (bars(),), warm_up=lambda n: n - 1 + isqrt(n) - 1, cost=4),
    Function("vwap", (), (Wording("zone", "time zone", "UTC"),), fields=TRADED, cost=2),  # since midnight
)
OSCILLATORS = (
    Function("rsi", X, (bars(14, low=2),), warm_up=changes, cost=2),
    Function(
        "stoch",
        settings=(bars(14, name="k"), bars(3, name="smooth"), bars(3, name="d")),
        outputs=("k", "d"),
        warm_up=lambda k, smooth, d: k + smooth + d - 3,
        fields=BAR,
        cost=4,
    ),
    Function(
        "stochrsi",
        X,
        (bars(14, low=2), bars(14, name="k"), bars(3, name="d")),
        outputs=("k", "d"),
        warm_up=lambda n, k, d: n + k + d - 2,
        cost=5,
    ),
    Function(
        "macd",
        X,
        (bars(12, name="fast", low=2), bars(26, name="slow", low=2), bars(9, name="signal")),
        outputs=("macd", "signal", "histogram"),
        warm_up=lambda fast, slow, signal: max(fast, slow) + signal - 2,
        cost=4,
    ),
    Function("cci", (), (bars(20, low=2),), warm_up=window, fields=BAR, cost=3),
    Function("roc", X, (bars(10),), warm_up=changes),  # in percent
    Function("mom", X, (bars(10),), warm_up=changes),
    Function("willr", (), (bars(14, low=2),), warm_up=window, fields=BAR, cost=3),
)
TRENDS = (
    Function("adx", (), (bars(14, low=2),), warm_up=lambda n: 2 * n - 1, fields=BAR, cost=5),
    Function("dmi", (), (bars(14, low=2),), ("plus", "minus"), warm_up=changes, fields=BAR, cost=4),
    Function("aroon", (), (bars(14, low=2),), ("up", "down"), warm_up=changes, fields=RANGE, cost=2),
    Function(
        "supertrend",
        settings=(bars(10), factor(3)),
        outputs=("line", "direction"),  # 1 upwards, -1 downwards
        warm_up=lambda n, factor: n,
        fields=BAR,
        cost=4,
    ),
    Function(
        "psar",
        settings=(factor(0.02, name="step", high=1), factor(0.2, name="most", high=1)),
        warm_up=lambda step, most: 1,
        fields=RANGE,
        cost=2,
    ),
    Function(
        "ichimoku",  # the spans as drawn, `base` bars later; no lagging line: it looks ahead
        settings=(bars(9, name="conversion"), bars(26, name="base"), bars(52, name="span")),
        outputs=("conversion", "base", "span_a", "span_b"),
        warm_up=lambda conversion, base, span: max(conversion, base, span) - 1 + base,
        fields=RANGE,
        cost=6,
    ),
    Function("linreg", X, (bars(14, low=2),), warm_up=window, cost=2),  # the line's value at the bar
)
VOLUMES = (
    Function("mfi", (), (bars(14, low=2),), warm_up=changes, fields=TRADED, cost=3),
    Function("obv", fields=("close", "volume")),
    Function("adl", fields=TRADED),
    Function("cmf", (), (bars(20),), warm_up=window, fields=TRADED, cost=3),
)
SPREADS = (
    Function("atr", (), (bars(14),), warm_up=changes, fields=BAR, cost=2),
    Function("natr", (), (bars(14),), warm_up=changes, fields=BAR, cost=3),  # in percent of the close
    Function("stddev", X, (bars(20, low=2),), warm_up=window, cost=2),  # of the population
    Function("zscore", X, (bars(20, low=2),), warm_up=window, cost=3),
    Function(
        "hvol",  # of log changes, times the root of the bars in a year
        X,
        (bars(20, low=2), Setting("per_year", 1, 600_000, 252, whole=False)),
        warm_up=lambda n, per_year: n,
        cost=3,
    ),
)
CHANNELS = (
    Function(
        "bbands",
        X,
        (bars(20, low=2), factor(2)),
        outputs=("upper", "middle", "lower"),
        warm_up=lambda n, factor: n - 1,
        cost=3,
    ),
    Function(
        "keltner",
        settings=(bars(20), factor(2), bars(10, name="atr")),
        outputs=("upper", "middle", "lower"),
        warm_up=lambda n, factor, atr: max(n - 1, atr),
        fields=BAR,
        cost=4,
    ),
    Function(
        "donchian",
        settings=(bars(20),),
        outputs=("upper", "middle", "lower"),
        warm_up=window,
        fields=RANGE,
        cost=3,
    ),
    Function(
        "pivots",  # out of the bar itself: `pivots().r1@1d` is the closed day's
        outputs=("pivot", "r1", "r2", "r3", "s1", "s2", "s3"),
        fields=BAR,
        cost=2,
    ),
    Function(
        "fibonacci",  # retracements from the highest high of n bars to their lowest low
        settings=(bars(100, low=2),),
        outputs=("high", "r236", "r382", "r500", "r618", "r786", "low"),
        warm_up=window,
        fields=RANGE,
        cost=3,
    ),
)
INDICATORS = (*AVERAGES, *OSCILLATORS, *TRENDS, *VOLUMES, *SPREADS, *CHANNELS)
