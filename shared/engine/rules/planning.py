"""A definition and its data → a plan: every rule as bits or as a program, every price as an array."""

from collections.abc import Mapping

from shared.engine.bars import Floats
from shared.engine.costs import Costs, Instrument
from shared.engine.language.definition import Definition
from shared.engine.language.errors import LanguageError
from shared.engine.language.risk import Level
from shared.engine.language.sides import Sides
from shared.engine.language.tree import Node
from shared.engine.plan import Detail, Plan, Prices, Rates, Rule, Side, Traded
from shared.engine.rules.cache import Cache, PassingCache
from shared.engine.rules.errors import DataError
from shared.engine.rules.evaluating import Evaluator
from shared.engine.rules.frames import Market
from shared.engine.rules.measuring import measuring
from shared.engine.rules.programs import program, reads_position
from shared.engine.rules.resolving import resolved

KNOWN_NOTHING = Side()
NO_DETAIL: Mapping[str, Detail] = {}
NO_RATES: Mapping[str, Rates] = {}


def plan(
    definition: Definition,
    market: Market | Cache,
    *,
    instruments: Mapping[str, Instrument],
    costs: Costs,
    cash: float,
    detail: Mapping[str, Detail] = NO_DETAIL,
    rates: Mapping[str, Rates] = NO_RATES,
) -> Plan:
    """A cache of the market, where several plans are made on it. Of legs, the first one's bars are read."""
    cache = market if isinstance(market, Cache) else PassingCache(market)
    _on_its_timeframe(definition, cache)
    symbols = traded_symbols(definition, cache)
    known = _Known(definition, costs, cache.frames.timeframe)
    cache.expect([*known.trees.values(), *known.measuring.calls])
    traded = tuple(
        _traded(known, cache, symbol, symbols, instruments, reads=not (definition.legs and index))
        for index, symbol in enumerate(symbols)
    )
    if detail and definition.legs:
        raise DataError("detail", "the strategy has legs, and none of their orders fills inside a bar")
    if detail:
        traded = tuple(one._replace(detail=detail.get(one.bars.symbol)) for one in traded)
    if rates:
        traded = tuple(one._replace(rates=rates.get(one.bars.symbol)) for one in traded)
    return Plan(traded, definition.entry, definition.legs, definition.risk, costs, cash)


def traded_symbols(definition: Definition, cache: Cache) -> tuple[str, ...]:
    """The legs; or else the universe, or else what the data has, in their alphabet."""
    if definition.legs:
        symbols = tuple(leg.symbol for leg in definition.legs)
    else:
        symbols = tuple(sorted(definition.universe or cache.frames.market))
    for symbol in (*symbols, *sorted(definition.universe)):
        cache.frames.require(symbol)
    return symbols


def _on_its_timeframe(definition: Definition, cache: Cache) -> None:
    own, given = definition.timeframe, cache.frames.timeframe
    if own and own != given:
        raise DataError("timeframe", f"the strategy is written for {own} bars: those of the data are {given}")


class _Known:
    """What is the same for every symbol."""

    def __init__(self, definition: Definition, costs: Costs, timeframe: str) -> None:
        values = definition.values
        self.definition = definition
        self.trees = {each.tree: resolved(each.tree, values) for each in definition.expressions}
        self.measuring = measuring(definition, costs, timeframe)


def _traded(
    known: _Known,
    cache: Cache,
    symbol: str,
    symbols: tuple[str, ...],
    instruments: Mapping[str, Instrument],
    *,
    reads: bool,
) -> Traded:
    universe = tuple(sorted(known.definition.universe)) or symbols
    evaluator = Evaluator(cache, symbol=symbol, universe=universe)
    rules = _Rules(known, evaluator)
    long, short = (rules.side("long"), rules.side("short")) if reads else (KNOWN_NOTHING, KNOWN_NOTHING)
    measured = known.measuring.on(evaluator)
    return Traded(
        cache.frames.market[symbol], instruments.get(symbol, Instrument()), long, short, **measured._asdict()
    )


class _Rules:
    def __init__(self, known: _Known, evaluator: Evaluator) -> None:
        self._definition = known.definition
        self._trees = known.trees
        self._evaluator = evaluator

    def side(self, direction: str) -> Side:
        entry = _of(self._definition.entry.when, direction)
        if entry is None:
            return KNOWN_NOTHING
        return Side(
            self._rule(entry), self._rule(_of(self._definition.exit, direction)), self._prices(direction)
        )

    def _rule(self, tree: Node | None) -> Rule:
        if tree is None:
            return Rule()
        node = self._trees[tree]
        if reads_position(node):
            return Rule(program=program(self._evaluator, node))
        return Rule(bits=self._evaluator.condition(node).true)

    def _prices(self, direction: str) -> Prices:
        risk = self._definition.risk
        stop = risk.stop_loss.distance if risk.stop_loss else None
        return Prices(
            self._price(_of(self._definition.entry.price, direction), "entry.price"),
            self._level(stop, direction, "risk.stop_loss.price"),
            tuple(
                self._level(target.distance, direction, "risk.take_profit.price")
                for target in risk.take_profit
            ),
        )

    def _level(self, distance: object, direction: str, path: str) -> Floats | None:
        return self._price(_of(distance.price, direction), path) if isinstance(distance, Level) else None

    def _price(self, tree: Node | None, path: str) -> Floats | None:
        if tree is None:
            return None
        node = self._trees[tree]
        if reads_position(node):
            sentence = "a price stands before there is a position that it could read"
            raise LanguageError("type", sentence, place=tree.place, path=path)
        return self._evaluator.numbers(node)


def _of(sides: Sides, direction: str) -> Node | None:
    return sides.long if direction == "long" else sides.short
