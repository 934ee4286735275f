"""The functions of the language that are no indicators, and all that may be called."""

import math

from shared.engine.language.catalogue import Function, Input, Setting, Wording
from shared.engine.language.indicators import BAR, INDICATORS, TRADED, X, bars, changes, window
from shared.engine.language.patterns import PATTERNS, Pattern

A, B = Input("a"), Input("b")
CONDITION = Input("condition", "truth")
AMD_BARS = 200
PHASES = ("accumulation", "manipulation", "distribution", "re-accumulation")


def one(*settings: float) -> int:
    return 1


def choose(condition: bool, a: float, b: float) -> float:
    return a if condition else b


CONDITIONS = (
    Function("crosses_above", (A, B), gives="truth", warm_up=one, event=True),  # a ≤ b one bar ago, a > b now
    Function("crosses_below", (A, B), gives="truth", warm_up=one, event=True),
    Function("rising", X, (bars(1),), gives="truth", warm_up=changes),  # each of the last n changes is > 0
    Function("falling", X, (bars(1),), gives="truth", warm_up=changes),
    Function(
        "between_time",  # the bar's close: start included, end not; over midnight where the end is earlier
        settings=(
            Wording("start", "time of day"),
            Wording("end", "time of day"),
            Wording("zone", "time zone"),
        ),
        gives="truth",
    ),
)
MEMORIES = (
    Function("highest", X, (bars(),), warm_up=window),
    Function("lowest", X, (bars(),), warm_up=window),
    Function("bars_since", (CONDITION,)),  # 0 on a bar where it holds, undefined before the first
    Function("value_when", (CONDITION, Input("x"))),  # x on the last bar where it held
)
OF_SYMBOLS = (
    # 1 for the greatest among the symbols that have a value
    Function("rank", (Input("x"), Input("universe", "universe")), cost=10),
    Function(
        "amd_phase",
        gives="text",
        values=PHASES,
        fields=("open", *TRADED),
        warm_up=lambda: AMD_BARS - 1,
        cost=10,
    ),
)
ARITHMETIC = (
    Function("abs", X, remembers=False, fold=abs),
    Function("sqrt", X, remembers=False, fold=math.sqrt),
    Function("log", X, remembers=False, fold=math.log),  # natural
    Function("exp", X, remembers=False, fold=math.exp),
    Function("sign", X, remembers=False, fold=lambda x: (x > 0) - (x < 0)),
    Function("floor", X, remembers=False, fold=math.floor),
    Function("ceil", X, remembers=False, fold=math.ceil),
    Function("round", X, remembers=False, fold=round),  # half to even
    Function("min", (A, B), remembers=False, many=True, fold=min),
    Function("max", (A, B), remembers=False, many=True, fold=max),
    Function("where", (CONDITION, A, B), remembers=False, fold=choose),
)


def candle(code: str, pattern: Pattern) -> Function:
    deep = pattern.penetration
    settings = () if deep is None else (Setting("penetration", 0, 10, deep, whole=False),)
    fields = ("open", *BAR)
    return Function(f"cdl_{code}", (), settings, warm_up=lambda *_: pattern.bars, fields=fields, cost=4)


CANDLES = tuple(candle(code, pattern) for code, pattern in PATTERNS.items())
FUNCTIONS = {
    function.name: function
    for function in (*INDICATORS, *CANDLES, *CONDITIONS, *MEMORIES, *OF_SYMBOLS, *ARITHMETIC)
}
