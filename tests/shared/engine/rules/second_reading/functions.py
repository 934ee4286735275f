"""Which definition a name of the language has."""

from collections.abc import Callable
from typing import Any

from shared.engine.language.tree import Call, Node
from tests.shared.engine.rules.second_reading import averages, changes, memories, of_bars
from tests.shared.engine.rules.second_reading.values import At

Made = At | dict[str, Any]  # of several outputs, each by its name
OF_SERIES: dict[str, Callable[..., Made]] = {  # takes series, then settings
    "sma": averages.sma,
    "ema": averages.ema,
    "wma": averages.wma,
    "stddev": averages.stddev,
    "zscore": averages.zscore,
    "bbands": averages.bbands,
    "macd": averages.macd,
    "mom": changes.mom,
    "roc": changes.roc,
    "rsi": changes.rsi,
    "rising": changes.rising,
    "falling": changes.falling,
    "crosses_above": changes.crosses_above,
    "crosses_below": changes.crosses_below,
    "highest": memories.highest,
    "lowest": memories.lowest,
    "bars_since": memories.bars_since,
    "value_when": memories.value_when,
    "where": memories.where,
}
OF_BARS: dict[str, Callable[..., Made]] = {  # takes the bars, then settings
    "atr": of_bars.atr,
    "donchian": of_bars.donchian,
    "pivots": of_bars.pivots,
    "obv": of_bars.obv,
    "vwap": of_bars.vwap,
    "between_time": of_bars.between_time,
}
ON_OWN_BARS = {"crosses_above", "crosses_below", "between_time", "bars_since", "value_when"}
ROUNDS = {  # a sum of many values, or a function whose last digit another library has otherwise
    *("sma", "ema", "wma", "stddev", "zscore", "bbands", "macd", "roc", "rsi", "atr", "pivots", "vwap"),
    *("log", "exp"),
}
DECIDES = {  # of what rounds, the last digit
    *("<", "<=", ">", ">=", "==", "!=", "crosses_above", "crosses_below", "rising", "falling", "rank"),
    *("sign", "floor", "ceil", "round"),
}


def rounds(node: Node) -> bool:
    return (isinstance(node, Call) and node.name in ROUNDS) or any(rounds(child) for child in node.children)
