"""Where a symbol stands among those of the universe."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from shared.engine.bars import Floats, Integers
from shared.engine.language.tree import Node
from shared.engine.rules.series import Axis, Series, Standing

if TYPE_CHECKING:
    from shared.engine.rules.evaluating import Evaluator


def ranked(evaluator: "Evaluator", node: Node, scope: Axis) -> Series:
    """1 for the greatest of those that have a value. Equals share a rank; without a value there is none."""
    own = _series(evaluator, node, scope)
    axis = Axis(own.axis.timeframe, scope.symbol)
    own = evaluator.frames.seen_from(axis, own)
    of_all = evaluator.cache.standing(
        node, scope._replace(symbol=""), evaluator.universe, lambda: _standing(evaluator, node, scope)
    )
    rank = np.where(np.isnan(own.values), np.nan, 1.0)
    for values in _at(evaluator.frames.bars(axis).time, of_all.time, of_all.rows):
        rank += values > own.values
    return Series(rank, axis, warm_up=own.warm_up)


def _standing(evaluator: "Evaluator", node: Node, scope: Axis) -> Standing:
    """Symbol by symbol would be as many alignments as there are pairs of them."""
    frames = evaluator.frames
    of_each = [_series(evaluator, node, scope._replace(symbol=symbol)) for symbol in evaluator.universe]
    times = [frames.bars(series.axis).time for series in of_each]
    every = times[0] if all(map(_same, times, times[1:])) else np.unique(np.concatenate(times))
    rows = [next(_at(every, time, (series.values,))) for time, series in zip(times, of_each, strict=True)]
    return Standing(every, tuple(rows))


def _series(evaluator: "Evaluator", node: Node, scope: Axis) -> Series:
    series = evaluator.series(node, scope)
    assert isinstance(series, Series)  # it was checked
    return series


def _at(wanted: Integers, time: Integers, rows: tuple[Floats, ...]) -> Iterator[Floats]:
    """The newest values at other times, undefined before the first."""
    if _same(wanted, time):
        yield from rows
        return
    newest = np.searchsorted(time, wanted, side="right")
    for row in rows:
        yield np.concatenate(([np.nan], row))[newest]


def _same(one: Integers, other: Integers) -> bool:
    return one is other or np.array_equal(one, other)
