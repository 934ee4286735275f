"""Rules on data: expressions → arrays, a definition → a plan. What is undefined is NaN."""

from collections.abc import Mapping

from shared.engine.bars import Floats
from shared.engine.language.checking import NOTHING
from shared.engine.language.errors import LanguageError
from shared.engine.language.tree import Node
from shared.engine.language.typed import Value
from shared.engine.rules.cache import Cache
from shared.engine.rules.converting import converted, in_the_accounts
from shared.engine.rules.errors import DataError
from shared.engine.rules.evaluating import Evaluator
from shared.engine.rules.finer import resolved_on
from shared.engine.rules.frames import Market
from shared.engine.rules.planning import plan
from shared.engine.rules.programs import reads_position
from shared.engine.rules.resolving import resolved

__all__ = [
    "Cache",
    "DataError",
    "Evaluator",
    "Market",
    "converted",
    "evaluate",
    "in_the_accounts",
    "plan",
    "resolved",
    "resolved_on",
]


def evaluate(
    node: Node,
    market: Market | Cache,
    *,
    symbol: str | None = None,
    parameters: Mapping[str, Value] = NOTHING,
) -> Floats:
    """A value for each bar of the symbol: a condition is 1.0 or 0.0, a text its place among those it may be.

    The node has passed the language's `check` with these parameters. Without a symbol: the first by name.
    """
    cache = market if isinstance(market, Cache) else Cache(market)
    symbols = tuple(sorted(cache.frames.market))
    symbol = symbol or symbols[0]
    cache.frames.require(symbol)
    if reads_position(node):
        raise LanguageError("type", "a position is only there in a run", place=node.place)
    return Evaluator(cache, symbol=symbol, universe=symbols).numbers(resolved(node, parameters))
