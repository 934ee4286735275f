"""An expression → its values, each part of it computed once.

A number keeps the bars that it was made of. Where bars of several timeframes or symbols meet, the newest
closed value stands on each of the strategy's. Conditions are decided on those of the symbol that reads them.
"""

from collections.abc import Sequence

import numpy as np

from shared.engine.bars import Floats
from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.timeframes import ratio
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
    OfSymbol,
    OnTimeframe,
    Output,
)
from shared.engine.rules import fields, indicating, masks, memories, ranking
from shared.engine.rules.arithmetic import OPERATIONS, Number, calculated, chosen
from shared.engine.rules.cache import CROSSINGS, Cache, Computed, Related
from shared.engine.rules.masks import Mask, Relation
from shared.engine.rules.resolving import constant
from shared.engine.rules.series import Axis, Series, Standing


class Evaluator:
    """Of resolved expressions, for one symbol that reads them."""

    def __init__(self, cache: Cache, *, symbol: str, universe: tuple[str, ...]) -> None:
        self.cache = cache
        self.frames = cache.frames
        self.universe = universe
        self.own = Axis("", symbol)
        self.reader = (symbol, universe)
        self.bars = cache.frames.bars(self.own)

    def numbers(self, node: Node) -> Floats:
        """On the bars of the symbol, also a condition (1.0, 0.0, undefined) and a text (its index)."""
        known = constant(node)
        if known is not None:
            return np.full(len(self.bars), float(known))
        value = self.value(node, self.own)
        if isinstance(value, Mask):
            return masks.as_floats(value)
        assert isinstance(value, Series)  # outputs are named: it was checked
        return self.frames.seen_from(self.own, value).values

    def condition(self, node: Node, scope: Axis | None = None) -> Mask:
        known = constant(node)
        if known is not None:
            return masks.constant(bool(known), len(self.bars))
        value = self.value(node, scope or self.own)
        assert isinstance(value, Mask)  # it was checked
        return value

    def series(self, node: Node, scope: Axis) -> Series | float:
        known = constant(node)
        if known is not None:
            assert isinstance(known, float)  # it was checked
            return known
        value = self.value(node, scope)
        assert isinstance(value, Series)  # it was checked
        return value

    def value(self, node: Node, scope: Axis) -> Computed:
        return self.cache.kept(node, scope, self.reader, lambda: self._value(node, scope))

    def _value(self, node: Node, scope: Axis) -> Computed:
        match node:
            case Name(name):
                return fields.field(name, self.frames.bars(scope), scope)
            case Call():
                return self._called(node, scope)
            case Output(Call() as call, name):
                several = self.value(call, scope)
                assert not isinstance(several, Series | Mask | Relation | Standing)
                return several[FUNCTIONS[call.name].outputs.index(name)]
            case Lag(operand, bars):
                return _lagged(self.value(operand, scope), constant(bars))
            case OnTimeframe(operand, timeframe):
                return self.value(operand, scope._replace(timeframe=self._coarser(node, timeframe)))
            case OfSymbol(operand, symbol):
                self.frames.require(symbol, node.place)
                return self.value(operand, scope._replace(symbol=symbol))
            case _:
                return self._operated(node, scope)

    def _operated(self, node: Node, scope: Axis) -> Computed:
        match node:
            case Negation(operand):
                return self._calculated("negate", (operand,), scope)
            case Calculation(sign, left, right):
                return self._calculated(sign, (left, right), scope)
            case Comparing():
                return self._compared(node, scope)
            case Not(operand):
                return masks.opposite(self.condition(operand, scope))
            case Joined(word, operands):
                decided = [self.condition(operand, scope) for operand in operands]
                return masks.all_of(decided) if word == "and" else masks.any_of(decided)
        raise AssertionError(node)

    def _called(self, node: Call, scope: Axis) -> Computed:
        name, arguments = node.name, node.arguments
        if name in OPERATIONS:
            return self._calculated(name, arguments, scope)
        if name in CROSSINGS:
            return masks.begun(self.condition(Comparing(CROSSINGS[name], *arguments), scope))
        match name:
            case "where":
                return self._chosen(arguments, scope)
            case "bars_since":
                return Series(memories.bars_since(self.condition(arguments[0], scope)), self.own)
            case "value_when":
                values = self._floats(arguments[1], scope)
                return Series(memories.value_when(self.condition(arguments[0], scope), values), self.own)
            case "between_time":
                return self._between(arguments)
            case "rank":
                return ranking.ranked(self, arguments[0], scope)
            case _:
                return indicating.indicated(self, node, scope)

    def together(self, nodes: Sequence[Node], scope: Axis) -> tuple[list[Number], Axis, int]:
        """The values on common bars, those bars, and how many of them at the start have none."""
        parts = [self.series(node, scope) for node in nodes]
        series = [part for part in parts if isinstance(part, Series)]
        axis = self.common({part.axis for part in series}, scope)
        seen = [self.frames.seen_from(axis, part) if isinstance(part, Series) else part for part in parts]
        values = [part.values if isinstance(part, Series) else part for part in seen]
        return values, axis, max(part.warm_up for part in seen if isinstance(part, Series))

    def common(self, axes: set[Axis], scope: Axis) -> Axis:
        """Their own where they share them; else the symbol's, of their timeframe where they share that."""
        if len(axes) == 1:
            return next(iter(axes))
        timeframes = {axis.timeframe for axis in axes}
        return Axis(next(iter(timeframes)) if len(timeframes) == 1 else "", scope.symbol)

    def decided(self, node: Node, scope: Axis) -> Series | float:
        """On the bars on which conditions are decided."""
        part = self.series(node, scope)
        return self.frames.seen_from(self.own, part) if isinstance(part, Series) else part

    def _floats(self, node: Node, scope: Axis) -> Floats:
        part = self.decided(node, scope)
        return part.values if isinstance(part, Series) else np.full(len(self.bars), part)

    def _calculated(self, name: str, nodes: Sequence[Node], scope: Axis) -> Series:
        values, axis, warm_up = self.together(nodes, scope)
        return Series(calculated(name, values), axis, warm_up=warm_up)

    def _chosen(self, arguments: Sequence[Node], scope: Axis) -> Series:
        known = constant(arguments[0])
        if known is not None:  # it needs no bars of its own
            chosen_one = self.series(arguments[1] if known else arguments[2], scope)
            values, axis, warm_up = self.together(arguments[1:], scope)
            if isinstance(chosen_one, float):
                return Series(np.full(len(self.frames.bars(axis)), chosen_one), axis)
            return Series(np.array(values[0] if known else values[1]), axis, warm_up=warm_up)
        condition = self.condition(arguments[0], scope)
        return Series(chosen(condition, *(self._floats(node, scope) for node in arguments[1:])), self.own)

    def _compared(self, node: Comparing, scope: Axis) -> Mask:
        left, right = constant(node.left), constant(node.right)
        if isinstance(left, str) or isinstance(right, str):
            return self._of_text(node, scope)
        related = Related(node.left, node.right)
        of = self.cache.kept(related, scope, self.reader, lambda: self.related(node.left, node.right, scope))
        assert isinstance(of, Relation)
        return masks.compared(node.operator, of)

    def related(self, left: Node, right: Node, scope: Axis | None = None) -> Relation:
        parts = self.decided(left, scope or self.own), self.decided(right, scope or self.own)
        a, b = (part.values if isinstance(part, Series) else part for part in parts)
        return masks.relation(a, b, len(self.bars))

    def _of_text(self, node: Comparing, scope: Axis) -> Mask:
        """A series of texts and a text."""
        text, other = constant(node.left), node.right
        if text is None:
            text, other = constant(node.right), node.left
        part = self.decided(other, scope)
        assert isinstance(part, Series)
        index = float(part.texts.index(str(text)))
        return masks.compared(node.operator, masks.relation(part.values, index, len(self.bars)))

    def _between(self, arguments: Sequence[Node]) -> Mask:
        start, end, zone = (str(constant(argument)) for argument in arguments)
        flags = memories.between(self.frames.closes(self.own), start, end, zone)
        return Mask(masks.packed(flags), masks.everywhere(len(flags)), len(flags))

    def _coarser(self, node: OnTimeframe, timeframe: str) -> str:
        ratio(timeframe, self.frames.timeframe, node.place)
        return "" if timeframe == self.frames.timeframe else timeframe


def _lagged(value: Computed, bars: object) -> Computed:
    assert isinstance(bars, float)  # it was checked
    by = int(bars)
    if isinstance(value, Mask):
        return masks.lagged(value, by)
    assert isinstance(value, Series)
    moved = np.full(len(value.values), np.nan)
    moved[by:] = value.values[: max(0, len(moved) - by)]
    return Series(moved, value.axis, warm_up=value.warm_up + by, texts=value.texts)
