"""A rule, part by part, on the bars of its symbol."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from shared.engine.bars import Bars
from shared.engine.language import tree
from shared.engine.language.functions import FUNCTIONS
from tests.shared.engine.rules.second_reading.bars import Bar
from tests.shared.engine.rules.second_reading.disturbing import Disturb, untouched
from tests.shared.engine.rules.second_reading.elementary import (
    CALCULATIONS,
    COMPARISONS,
    OF_NUMBERS,
    conjunction,
    disjunction,
)
from tests.shared.engine.rules.second_reading.functions import (
    DECIDES,
    OF_BARS,
    OF_SERIES,
    ON_OWN_BARS,
    ROUNDS,
    rounds,
)
from tests.shared.engine.rules.second_reading.market import Grid, Market
from tests.shared.engine.rules.second_reading.of_bars import BarAt, named
from tests.shared.engine.rules.second_reading.values import At, Value, remembered


class Scope(NamedTuple):
    """What the names inside a part speak of, and whose rule it is."""

    grid: Grid
    own: Grid

    def on(self, timeframe: str) -> "Scope":
        return self._replace(grid=self.grid._replace(timeframe=timeframe))

    def of(self, symbol: str) -> "Scope":
        return self._replace(grid=self.grid._replace(symbol=symbol))


class Series(NamedTuple):
    grid: Grid | None  # a constant stands on all bars
    at: At


def constant(value: Value) -> Series:
    return Series(None, lambda bar: value)


class Reading:
    def __init__(
        self,
        market: Sequence[Bars],
        *,
        parameters: Mapping[str, float | str | bool] | None = None,
        disturb: Disturb = untouched,
    ) -> None:
        self._market = Market(market)
        self._parameters = parameters or {}
        self._disturb = disturb
        self._known: dict[tuple[object, Scope], Series] = {}

    def values(self, node: tree.Node, symbol: str) -> list[Value]:
        """At the close of each bar of the symbol."""
        own = Grid(symbol, self._market.timeframe)
        at = self._seen(self._series(node, Scope(own, own)), own)
        return [at(bar) for bar in range(len(self._market.bars(own)))]

    def _series(self, node: tree.Node, scope: Scope) -> Series:
        """The scope is the symbol and the timeframe that the names in the node speak of."""
        key = node.says, scope
        if key not in self._known:
            grid, at = SERIES[type(node)](self, node, scope)
            self._known[key] = Series(grid, at if grid is None else remembered(at))
        return self._known[key]

    def _seen(self, series: Series, grid: Grid) -> At:
        """On each bar of the grid the newest value that was known at its close."""
        if series.grid is None or series.grid == grid:
            return series.at
        newest, at = self._market.newest(series.grid, grid), series.at
        return remembered(lambda bar: at(newest(bar)))

    def _together(self, parts: Sequence[Series], scope: Scope, *, own: bool = False) -> tuple[Grid, list[At]]:
        """On the bars of the parts. Where these differ those of the scope stand, of the finer timeframe."""
        grids = {part.grid for part in parts if part.grid}
        timeframes = {grid.timeframe for grid in grids}
        if own:
            grid = scope.own
        elif len(grids) == 1:
            grid = grids.pop()
        else:
            timeframe = timeframes.pop() if len(timeframes) == 1 else self._market.timeframe
            grid = Grid(scope.grid.symbol, timeframe)
        return grid, [self._seen(part, grid) for part in parts]

    def _defined(
        self, parts: Sequence[Series], scope: Scope, what: Callable[..., Value], *, own: bool = False
    ) -> Series:
        """What is made of something undefined is undefined."""

        def whole(*values: Value) -> Value:
            return None if None in values else what(*values)

        return self._each(parts, scope, lambda values: whole(*values), own=own)

    def _each(
        self, parts: Sequence[Series], scope: Scope, what: Callable[[list[Value]], Value], *, own: bool
    ) -> Series:
        if all(part.grid is None for part in parts):
            return constant(what([part.at(0) for part in parts]))
        grid, ats = self._together(parts, scope, own=own)
        return Series(grid, lambda bar: what([at(bar) for at in ats]))

    def _constant(self, node: tree.Number | tree.Truth | tree.Text, scope: Scope) -> Series:
        return constant(node.value)

    def _parameter(self, node: tree.Parameter, scope: Scope) -> Series:
        return constant(self._parameters[node.name])

    def _name(self, node: tree.Name, scope: Scope) -> Series:
        return Series(scope.grid, named(node.name, self._bar_at(scope.grid)))

    def _bar_at(self, grid: Grid) -> BarAt:
        return self._market.bars(grid).__getitem__

    def _negation(self, node: tree.Negation, scope: Scope) -> Series:
        return self._defined([self._series(node.operand, scope)], scope, lambda value: -value)

    def _not(self, node: tree.Not, scope: Scope) -> Series:
        return self._defined([self._series(node.operand, scope)], scope, lambda value: not value, own=True)

    def _calculation(self, node: tree.Calculation, scope: Scope) -> Series:
        parts = [self._series(child, scope) for child in node.children]
        return self._defined(parts, scope, CALCULATIONS[node.operator])

    def _comparing(self, node: tree.Comparing, scope: Scope) -> Series:
        parts = self._parts(node.operator, node.children, scope)
        return self._defined(parts, scope, COMPARISONS[node.operator], own=True)

    def _joined(self, node: tree.Joined, scope: Scope) -> Series:
        parts = [self._series(child, scope) for child in node.operands]
        return self._each(parts, scope, conjunction if node.operator == "and" else disjunction, own=True)

    def _lag(self, node: tree.Lag, scope: Scope) -> Series:
        """So many of its own bars earlier: behind a coarser series, of the coarser ones."""
        grid, at = self._series(node.operand, scope)
        bars = int(cast(float, self._series(node.bars, scope).at(0)))
        return Series(grid, lambda bar: at(bar - bars) if bar >= bars else None)

    def _on_timeframe(self, node: tree.OnTimeframe, scope: Scope) -> Series:
        return self._series(node.operand, scope.on(node.timeframe))

    def _of_symbol(self, node: tree.OfSymbol, scope: Scope) -> Series:
        return self._series(node.operand, scope.of(node.symbol))

    def _output(self, node: tree.Output, scope: Scope) -> Series:
        return self._called(cast(tree.Call, node.operand), scope, node.name)

    def _call(self, node: tree.Call, scope: Scope) -> Series:
        if node.name == "rank":
            return self._rank(node, scope)
        if node.name in OF_NUMBERS:
            parts = self._parts(node.name, node.arguments, scope)
            return self._defined(parts, scope, OF_NUMBERS[node.name])
        return self._called(node, scope)

    def _called(self, node: tree.Call, scope: Scope, output: str = "") -> Series:
        function = FUNCTIONS[node.name]
        count = len(function.inputs)
        parts = self._parts(node.name, node.arguments[:count], scope)
        given = [self._series(each, scope).at(0) for each in node.arguments[count:]]
        named = [
            int(cast(float, value)) if getattr(setting, "whole", False) else value
            for setting, value in zip(function.settings, given, strict=False)
        ]
        settings = [*named, *(setting.default for setting in function.settings[len(given) :])]
        if node.name in OF_BARS:
            grid = scope.own if node.name in ON_OWN_BARS else scope.grid
            made: Any = OF_BARS[node.name](self._disturbed_bars(node.name, grid), *settings)
        else:
            own = node.name in ON_OWN_BARS or (node.name == "where" and parts[0].grid is not None)
            grid, ats = self._together(parts, scope, own=own)
            made = OF_SERIES[node.name](*ats, *settings)
        if function.gives == "truth":
            return Series(scope.own, self._seen(Series(grid, made), scope.own))
        return Series(grid, made[output] if output else made)

    def _rank(self, node: tree.Call, scope: Scope) -> Series:
        """1 for the greatest of those that have a value; equals share a rank."""
        x = node.arguments[0]
        each = {symbol: self._parts("rank", [x], scope.of(symbol))[0] for symbol in self._market.symbols}
        grid = scope.grid._replace(timeframe=(each[scope.grid.symbol].grid or scope.own).timeframe)
        seen = {symbol: self._seen(series, grid) for symbol, series in each.items()}
        own, others = seen[scope.grid.symbol], list(seen.values())

        def at(bar: int) -> float | None:
            value = cast("float | None", own(bar))
            values = [cast("float | None", other(bar)) for other in others]
            return None if value is None else 1.0 + sum(v is not None and v > value for v in values)

        return Series(grid, at)

    def _parts(self, name: str, nodes: Sequence[tree.Node], scope: Scope) -> list[Series]:
        """What a function or an operator is made of; disturbed where rounding may tell."""
        parts = [self._series(node, scope) for node in nodes]
        tells = name in ROUNDS or (name in DECIDES and any(rounds(node) for node in nodes))
        if self._disturb is untouched or not tells:
            return parts
        all_values = [self._all(part) for part in parts]
        largest = max((abs(v) for values in all_values for v in values if v is not None), default=0.0)
        return [
            self._disturbed(part, values, largest) for part, values in zip(parts, all_values, strict=True)
        ]

    def _all(self, part: Series) -> list[float | None]:
        bars = range(len(self._market.bars(part.grid)) if part.grid else 1)
        return [cast("float | None", part.at(bar)) for bar in bars]

    def _disturbed(self, part: Series, values: list[float | None], largest: float) -> Series:
        touch = self._disturb()
        moved = [None if value is None else touch(value, largest) for value in values]
        return Series(part.grid, remembered(moved.__getitem__)) if part.grid else constant(moved[0])

    def _disturbed_bars(self, name: str, grid: Grid) -> BarAt:
        if self._disturb is untouched or name not in ROUNDS:
            return self._bar_at(grid)
        bars = self._market.bars(grid)
        largest = max((max(bar.high, bar.volume) for bar in bars), default=0.0)
        touch = self._disturb()
        moved = [Bar(bar.opens, bar.closes, *(touch(value, largest) for value in bar[2:])) for bar in bars]
        return moved.__getitem__


SERIES: dict[type[tree.Node], Callable[[Reading, Any, Scope], Series]] = {
    tree.Number: Reading._constant,
    tree.Truth: Reading._constant,
    tree.Text: Reading._constant,
    tree.Parameter: Reading._parameter,
    tree.Name: Reading._name,
    tree.Call: Reading._call,
    tree.Output: Reading._output,
    tree.Negation: Reading._negation,
    tree.Not: Reading._not,
    tree.Calculation: Reading._calculation,
    tree.Comparing: Reading._comparing,
    tree.Joined: Reading._joined,
    tree.Lag: Reading._lag,
    tree.OnTimeframe: Reading._on_timeframe,
    tree.OfSymbol: Reading._of_symbol,
}
