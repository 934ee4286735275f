"""What a rule means to the engine: its type, how far it looks back, what it costs, what it reads.

A number keeps the timeframe of its bars: `sma(close@1h, 50)[1]` is one hour older. Where timeframes meet, and
in every condition, the newest closed value stands on each of the strategy's bars: a crossing is true on one.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, NoReturn

from shared.engine.language import arguments, bounds
from shared.engine.language.calls import called, function_of, output_of, without_output
from shared.engine.language.catalogue import NAMES, Kind, Setting
from shared.engine.language.errors import LanguageError, at, did_you_mean
from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.operators import operated
from shared.engine.language.timeframes import FINEST, ratio
from shared.engine.language.tree import (
    Calculation,
    Call,
    Comparing,
    Joined,
    Lag,
    Name,
    Negation,
    Node,
    Not,
    Number,
    OfSymbol,
    OnTimeframe,
    Output,
    Parameter,
    Text,
    Truth,
)
from shared.engine.language.typed import Typed, Value, aligned, known, refuse

Wanted = Literal["rule", "price", "constant", "requirement"]
WANTED: dict[Wanted, tuple[Kind, bool, str]] = {
    "rule": ("truth", True, "a rule is a condition that changes from bar to bar"),
    "price": ("number", True, "a price is a series of numbers, such as `close - 2 * atr(14)`"),
    "constant": ("number", False, "a constant number stands here"),
    "requirement": ("truth", False, "a requirement compares parameters, such as `$fast < $slow`"),
}
LAG = Setting("lag", 0, bounds.WINDOW)
SYMBOL = re.compile(r"[A-Za-z0-9^][A-Za-z0-9.:/_^=+-]{0,31}")
NOTHING: Mapping[str, Value] = MappingProxyType({})


class Meaning(NamedTuple):
    kind: Kind
    series: bool
    constant: Value | None
    look_back: int  # bars without a value at the start, at worst, around the clock
    cost: int  # passes over the bars; what stands in it twice counts once
    timeframes: frozenset[str]  # beside the strategy's
    symbols: frozenset[str]  # beside the strategy's
    uses_position: bool


def check(
    tree: Node,
    *,
    wanted: Wanted | None = None,
    parameters: Mapping[str, Value] = NOTHING,
    timeframe: str = FINEST,
) -> Meaning:
    """`timeframe` is the strategy's: the finest, as long as it is not known, gives the longest look-back."""
    bounds.measure(tree)
    return meaning_of(tree, wanted, parameters, timeframe)


def meaning_of(tree: Node, wanted: Wanted | None, parameters: Mapping[str, Value], timeframe: str) -> Meaning:
    """The same, of a tree as `parse` and `from_json` give it: they measured it."""
    checker = _Checker(parameters, timeframe)
    typed = aligned(checker.typed(tree, NOWHERE), timeframe)
    if wanted and (typed.kind, typed.series) != WANTED[wanted][:2]:
        refuse("type", f"this is {typed.said}: {WANTED[wanted][2]}", tree)
    meaning = Meaning(
        typed.kind,
        typed.series,
        typed.constant,
        look_back=typed.warm_up,
        cost=sum(checker.costs.values()),
        timeframes=frozenset(checker.timeframes),
        symbols=frozenset(checker.symbols),
        uses_position=typed.of_position,
    )
    _bounded(meaning, tree)
    return meaning


def _bounded(meaning: Meaning, tree: Node) -> None:
    if meaning.look_back > bounds.LOOK_BACK:
        sentence = f"the rule looks back {meaning.look_back} bars: more than {bounds.LOOK_BACK}"
        raise LanguageError("too_large", sentence, place=tree.place)
    if meaning.cost > bounds.COST:
        sentence = f"the rule costs {meaning.cost} passes over the bars: more than {bounds.COST}"
        raise LanguageError("too_large", sentence, place=tree.place)


class Scope(NamedTuple):
    """Inside `…@1h` and `…["SYMBOL"]`."""

    timeframe: str = ""
    symbol: str = ""


NOWHERE = Scope()


class _Checker:
    def __init__(self, parameters: Mapping[str, Value], timeframe: str) -> None:
        self._parameters = parameters
        self._base = timeframe
        self.costs: dict[tuple[tuple[object, ...], Scope], int] = {}  # by what a part says, and where
        self.timeframes: set[str] = set()
        self.symbols: set[str] = set()

    def typed(self, node: Node, scope: Scope) -> Typed:
        typed = TYPED[type(node)](self, node, scope)
        if scope.timeframe and typed.series and typed.kind == "truth":
            sentence = f"a condition{at(node.place)} stands inside `@{scope.timeframe}`: put it on numbers"
            refuse("type", sentence, node)
        return typed

    def _number(self, node: Number, scope: Scope) -> Typed:
        return known("number", node.value)

    def _truth(self, node: Truth, scope: Scope) -> Typed:
        return known("truth", node.value)

    def _text(self, node: Text, scope: Scope) -> Typed:
        return known("text", node.value)

    def _operation(self, node: Node, scope: Scope) -> Typed:
        operands = [self.typed(child, scope) for child in node.children]
        return self._costing(1, operated(node, operands, self._base), node, scope)

    def _costing(self, cost: int, typed: Typed, node: Node, scope: Scope) -> Typed:
        if typed.series:
            self.costs[node.says, scope] = cost
        return typed

    def _parameter(self, node: Parameter, scope: Scope) -> Typed:
        if node.name not in self._parameters:
            meant = did_you_mean(node.name, self._parameters, quote="`${}`")
            refuse("unknown", f"unknown parameter `${node.name}`{at(node.place)}{meant}", node)
        value = self._parameters[node.name]
        kind: Kind = "truth" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"
        return known(kind, value)

    def _name(self, node: Name, scope: Scope) -> Typed:
        found = NAMES.get(node.name)
        if found is None:
            self._unknown(node)
        if found.of == "strategy":
            return known(found.kind, None)
        if found.of == "bar":
            typed = Typed(found.kind, True, 0, scope.timeframe)
            return self._costing(found.cost, typed, node, scope)
        if scope != NOWHERE:
            refuse("type", f"`{node.name}`{at(node.place)} is the position's own", node)
        return Typed(found.kind, of_position=True)

    def _unknown(self, node: Name) -> NoReturn:
        where = f"`{node.name}`{at(node.place)}"
        if node.name in FUNCTIONS:
            written = arguments.signature(FUNCTIONS[node.name])
            refuse("syntax", f"{where} is a function: write {written}", node)
        if node.name in self._parameters:
            refuse("unknown", f"{where} is a parameter: write `${node.name}`", node)
        refuse("unknown", f"unknown name {where}{did_you_mean(node.name, [*NAMES, *FUNCTIONS])}", node)

    def _call(self, node: Call, scope: Scope) -> Typed:
        without_output(node)
        return self._called(node, scope)

    def _output(self, node: Output, scope: Scope) -> Typed:
        return self._called(output_of(node), scope)

    def _called(self, node: Call, scope: Scope) -> Typed:
        function = function_of(node)
        given = [self.typed(argument, scope) for argument in node.arguments]
        typed = called(node, given, base=self._base, timeframe=scope.timeframe)
        return self._costing(function.cost, typed, node, scope)

    def _lagged(self, node: Lag, scope: Scope) -> Typed:
        operand = self.typed(node.operand, scope)
        given = self.typed(node.bars, scope)
        if isinstance(given.constant, float) and given.constant < 0:
            refuse("range", f"the lag{at(node.bars.place)} would look into the future", node.bars)
        bars = arguments.number(LAG, given, node.bars, of="[]")
        if not operand.series or operand.of_position:
            refuse("type", f"{operand.said}{at(node.operand.place)} has no history to look back on", node)
        return operand._replace(warm_up=operand.warm_up + int(bars))

    def _on_timeframe(self, node: OnTimeframe, scope: Scope) -> Typed:
        if scope.timeframe:
            refuse("type", f"`@{node.timeframe}`{at(node.place)} stands inside `@{scope.timeframe}`", node)
        ratio(node.timeframe, self._base, node.place)
        typed = self.typed(node.operand, scope._replace(timeframe=node.timeframe))
        self._a_series(typed, node, f"@{node.timeframe}")
        if node.timeframe != self._base:
            self.timeframes.add(node.timeframe)
        return typed

    def _of_symbol(self, node: OfSymbol, scope: Scope) -> Typed:
        if not SYMBOL.fullmatch(node.symbol):
            refuse("range", f'"{node.symbol}"{at(node.place)} is no symbol, such as "BTCUSDT"', node)
        if scope.symbol:
            refuse("type", f'`["{node.symbol}"]`{at(node.place)} stands inside `["{scope.symbol}"]`', node)
        typed = self.typed(node.operand, scope._replace(symbol=node.symbol))
        self._a_series(typed, node, f'["{node.symbol}"]')
        self.symbols.add(node.symbol)
        return typed

    def _a_series(self, typed: Typed, node: Node, postfix: str) -> None:
        if not typed.series:
            refuse("type", f"`{postfix}`{at(node.place)} stands behind a series, not {typed.said}", node)


TYPED: dict[type[Node], Callable[[_Checker, Any, Scope], Typed]] = {
    Number: _Checker._number,
    Truth: _Checker._truth,
    Text: _Checker._text,
    Parameter: _Checker._parameter,
    Name: _Checker._name,
    Call: _Checker._call,
    Output: _Checker._output,
    Lag: _Checker._lagged,
    OnTimeframe: _Checker._on_timeframe,
    OfSymbol: _Checker._of_symbol,
    **dict.fromkeys((Negation, Calculation, Comparing, Joined, Not), _Checker._operation),
}
