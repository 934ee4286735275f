"""Indicators on the bars of their scope: whether there are enough of them, and what they give."""

from typing import TYPE_CHECKING

from shared.engine.bars import Floats
from shared.engine.indicators import compute
from shared.engine.language import render
from shared.engine.language.catalogue import Function
from shared.engine.language.errors import at
from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.rendering import written
from shared.engine.language.tree import Call, Node, OfSymbol, OnTimeframe
from shared.engine.rules import masks
from shared.engine.rules.cache import Computed
from shared.engine.rules.errors import DataError
from shared.engine.rules.resolving import constant
from shared.engine.rules.series import Axis, Series

if TYPE_CHECKING:
    from shared.engine.rules.evaluating import Evaluator


def indicated(evaluator: "Evaluator", node: Call, scope: Axis) -> Computed:
    function = FUNCTIONS[node.name]
    count = len(function.inputs)
    inputs: list[Floats] = []
    axis, warm_up = scope, 0
    if count:
        values, axis, warm_up = evaluator.together(node.arguments[:count], scope)
        inputs = [value for value in values if not isinstance(value, float)]
    settings = [_setting(argument) for argument in node.arguments[count:]]
    warm_up += function.warm_up(*settings)
    if evaluator.cache.enough:
        _enough(evaluator, node, scope, axis, warm_up + 1)
    outputs = compute(node.name, inputs, evaluator.frames.bars(axis), settings)
    series = tuple(Series(each, axis, warm_up=warm_up, texts=function.values) for each in outputs)
    return _as_said(evaluator, function, series)


def _as_said(evaluator: "Evaluator", function: Function, series: tuple[Series, ...]) -> Computed:
    if function.gives == "truth":
        return masks.from_floats(evaluator.frames.seen_from(evaluator.own, series[0]).values)
    return series if function.outputs else series[0]


def _setting(node: Node) -> float | str:
    value = constant(node)
    assert value is not None  # it was checked
    return value if isinstance(value, str) else written(value)


def _enough(evaluator: "Evaluator", node: Call, scope: Axis, axis: Axis, needed: int) -> None:
    there = evaluator.frames.closed(axis)
    if needed > there:
        said: Node = OnTimeframe(node, scope.timeframe) if scope.timeframe else node
        if scope.symbol != evaluator.own.symbol:
            said = OfSymbol(said, scope.symbol)
        bars = f"{needed} {axis.timeframe} bars" if axis.timeframe else f"{needed} bars"
        sentence = f"`{render(said)}`{at(node.place)} needs {bars}: there are {there}"
        raise DataError("too_short", sentence, place=node.place)
