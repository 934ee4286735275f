"""Strategy files at random: any function of the language, any key of a file, on candles that are shipped."""

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from functions.strategy.asking import Terms
from shared.engine.language.catalogue import Function, Setting
from shared.engine.language.functions import FUNCTIONS

T = TypeVar("T")
COARSER = {"5m": ("15m", "1h", "1d"), "1h": ("4h", "1d", "1w"), "1d": ("1w",)}
FIELDS = ("open", "high", "low", "close", "volume", "hl2", "hlc3", "ohlc4")
CONSTANTS = ("0", "1", "14", "30", "0.5", "100", "-1", "$a", "$b", "2 * $a")
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
NUMBERS = [function for function in FUNCTIONS.values() if function.gives == "number"]
TRUTHS = [function for function in FUNCTIONS.values() if function.gives == "truth"]
OFTEN = ("rsi(close, 3) < $c", "close > sma(close, $a)", "roc(close, 2) < 0", "stoch(5, 3, 3).k > $c")
LEVELS = (
    "close",
    "close * 0.99",
    "close * 1.01",
    "lowest(low, 5)",
    "highest(high, 5)",
    "close + atr(5)",
    "vwap()",
)
SIZES = (
    *(
        "quantity = 1",
        "cash = 500",
        "percent_of_equity = 0.3",
        "volatility_target = 0.2",
        "kelly = 0.5, trades = 5",
    ),
    "risk_fraction = 0.01",  # where there is a stop
)
TARGETS = ("[{ percent = 0.01, share = 0.5 }, { atr = 3, share = 0.5 }]", "[{ percent = 0.02, share = 0.3 }]")
TRAILS = ("{ percent = 0.03 }", "{ atr = 3 }", "{ chandelier = 3, bars = 10 }")
LADDERS = ("{ levels = 3, percent = 0.01 }", "{ levels = 4, atr = 0.5 }")
RISKS = (
    *("time_stop = 5", "cooldown = 3", "max_open_positions = 1", "halt = { daily = 0.02, monthly = 0.05 }"),
    *("leverage = { most = 3, maintenance_margin = 0.1 }", "borrow_rate = 0.03"),
)
PARAMETERS = "[parameters]\na = { value = 5, from = 2, to = 8, step = 3 }\nb = 1.5\nc = 50\n"


class Writer:
    def __init__(self, seed: int, timeframe: str, symbols: Sequence[str]) -> None:
        self._random = Random(seed)
        self._timeframe, self._symbols = timeframe, symbols

    def strategy(self) -> str:
        long = self._chance(0.8)
        sides = [*(["long"] if long else []), *(["short"] if not long or self._chance(0.5) else [])]
        lines = [f"{side} = {json.dumps(self._rule())}" for side in sides]
        leaving = [f"{side} = {json.dumps(self._rule())}" for side in sides if self._chance(0.7)]
        return "\n".join(
            (
                'name = "Any"',
                PARAMETERS,
                "[entry]",
                *lines,
                *self._orders(),
                "[exit]",
                *leaving,
                "[risk]",
                *self._risk(),
            )
        )

    def terms(self) -> Terms:
        return Terms(
            cash=self._one((10_000.0, 100.0, 1e6)),
            commission=self._one(("0", "0.001", "taker=0.001,maker=0.0002,minimum=1", "unit=0.01")),
            slippage=self._one(("0", "0.0005", "fixed:0.1", "volatility:0.1", "impact:0.5")),
            lot=self._one((1e-8, 1.0, 0.01)),
            tick=self._one((0.0, 0.01)),
        )

    def _orders(self) -> list[str]:
        order = self._one(("market", "market", "limit", "stop"))
        lines = [f'order = "{order}"', f"pyramiding = {self._one((1, 1, 3))}"]
        if order != "market":
            lines += [f"price = {json.dumps(self._one(LEVELS))}", f"valid_bars = {self._one((1, 3, 20))}"]
        if order == "limit" and self._chance(0.4):
            lines += [f"ladder = {self._one(LADDERS)}"]
        return lines

    def _risk(self) -> list[str]:
        stopped = self._chance(0.5)
        lines = [f"size = {{ {self._one(SIZES if stopped else SIZES[:-1])} }}"] if self._chance(0.7) else []
        lines += [f"stop_loss = {self._distance()}"] if stopped else []
        lines += [f"take_profit = {self._one((self._distance(), *TARGETS))}"] if self._chance(0.5) else []
        lines += [f"trailing_stop = {self._one(TRAILS)}"] if self._chance(0.3) else []
        return [*lines, *(line for line in RISKS if self._chance(0.2))]

    def _distance(self) -> str:
        kinds = ("percent = 0.01", "percent = 0.05", "atr = 2", f"price = {json.dumps(self._one(LEVELS))}")
        return f"{{ {self._one(kinds)}, of = {json.dumps(self._one(('fill', 'signal_close')))} }}"

    def _rule(self) -> str:
        return self._one(OFTEN) if self._chance(0.5) else self._condition(2)

    def _condition(self, depth: int) -> str:
        kinds: tuple[Callable[[], str], ...] = (
            lambda: f"{self._number(depth)} {self._one(COMPARISONS)} {self._number(depth - 1)}",
            lambda: f"close {self._one('<>')} {self._number(depth)}",
            lambda: self._call(self._one(TRUTHS), depth),
            lambda: (
                f"({self._condition(depth - 1)}) {self._one(('and', 'or'))} ({self._condition(depth - 1)})"
            ),
            lambda: f"not ({self._condition(depth - 1)})",
            lambda: 'amd_phase() == "accumulation"',
            lambda: "in_position",
        )
        return self._one(kinds if depth > 0 else kinds[:2])()

    def _number(self, depth: int) -> str:
        kinds: tuple[Callable[[], str], ...] = (
            self._field,
            lambda: self._one(CONSTANTS),
            lambda: self._call(self._one(NUMBERS), depth),
            lambda: self._call(self._one(NUMBERS), depth),
            lambda: f"{self._call(self._one(NUMBERS), depth)}[{self._one((1, 3))}]",
            lambda: f"({self._call(self._one(NUMBERS), depth)})@{self._one(COARSER[self._timeframe])}",
            lambda: f"({self._number(depth - 1)} {self._one('+-*/')} {self._number(depth - 1)})",
            lambda: self._one(("bars_held", "open_profit_pct")),
        )
        return self._one(kinds if depth > 0 else kinds[:1])()

    def _field(self) -> str:
        field = self._one(FIELDS)
        elsewhere = (f"@{self._one(COARSER[self._timeframe])}", f'["{self._one(self._symbols)}"]', "[2]")
        return f"{field}{self._one(elsewhere)}" if self._chance(0.3) else field

    def _call(self, function: Function, depth: int) -> str:
        part = {"number": self._number, "truth": self._condition, "universe": lambda depth: "universe"}
        given = [part[each.kind](depth - 1) for each in function.inputs]
        for setting in function.settings:
            if not isinstance(setting, Setting):
                given.append({"time of day": '"09:30"', "time zone": '"America/New_York"'}[setting.shape])
            else:
                given.append(
                    self._one(("2", "5", "20", "$a")) if setting.whole else self._one(("0.02", "0.5"))
                )
        output = f".{self._one(function.outputs)}" if function.outputs else ""
        return f"{function.name}({', '.join(given)}){output}"

    def _one(self, choices: Sequence[T]) -> T:
        return self._random.choice(choices)

    def _chance(self, part: float) -> bool:
        return self._random.random() < part
