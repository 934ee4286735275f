"""Where a symbol stands among those of the universe."""

from typing import TYPE_CHECKING

import numpy as np

from shared.engine.language.tree import Node
from shared.engine.rules.series import Axis, Series

if TYPE_CHECKING:
    from shared.engine.rules.evaluating import Evaluator


def ranked(evaluator: "Evaluator", node: Node, scope: Axis) -> Series:
    """1 for the greatest of those that have a value. Equals share a rank; without a value there is none."""
    own = evaluator.series(node, scope)
    assert isinstance(own, Series)  # it was checked
    axis = Axis(own.axis.timeframe, scope.symbol)
    own = evaluator.frames.seen_from(axis, own)
    rank = np.where(np.isnan(own.values), np.nan, 1.0)
    for symbol in evaluator.universe:
        if symbol != scope.symbol:
            other = evaluator.series(node, scope._replace(symbol=symbol))
            assert isinstance(other, Series)
            rank += evaluator.frames.seen_from(axis, other).values > own.values
    return Series(rank, axis, warm_up=own.warm_up)
