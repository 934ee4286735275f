"""What distances and sizes are measured by: average true ranges, the chandelier's extremes, volatility."""

from typing import NamedTuple

from shared.engine.bars import Floats
from shared.engine.costs import Costs
from shared.engine.language.definition import Definition
from shared.engine.language.risk import AtrMultiple, Chandelier, VolatilityTarget
from shared.engine.language.timeframes import minutes
from shared.engine.language.tree import Call, Name, Node, Number
from shared.engine.rules.evaluating import Evaluator

RANGE_OF_SLIPPAGE = 14  # bars
VOLATILITY_OF_IMPACT = 20  # bars
YEAR = 365 * 24 * 60  # minutes: a year is 365 days of trading around the clock


class Measures(NamedTuple):
    ranges: dict[int, Floats]
    highest: Floats | None
    lowest: Floats | None
    volatility: Floats | None


class Measuring(NamedTuple):
    """What they are the values of."""

    ranges: dict[int, Node]
    highest: Node | None
    lowest: Node | None
    volatility: Node | None

    @property
    def calls(self) -> list[Node]:
        others = (self.highest, self.lowest, self.volatility)
        return [*self.ranges.values(), *(call for call in others if call)]

    def on(self, evaluator: Evaluator) -> Measures:
        def values(call: Node | None) -> Floats | None:
            return None if call is None else evaluator.numbers(call)

        ranges = {bars: evaluator.numbers(call) for bars, call in self.ranges.items()}
        return Measures(ranges, values(self.highest), values(self.lowest), values(self.volatility))


def measuring(definition: Definition, costs: Costs, timeframe: str) -> Measuring:
    trail = definition.risk.trailing_stop
    chandelier = trail.bars if isinstance(trail, Chandelier) else None
    volatility = _volatility_bars(definition, costs)
    return Measuring(
        {bars: _call("atr", bars) for bars in sorted(_range_bars(definition, costs))},
        _call("highest", Name("high"), chandelier) if chandelier else None,
        _call("lowest", Name("low"), chandelier) if chandelier else None,
        _volatility(volatility, timeframe) if volatility else None,
    )


def _range_bars(definition: Definition, costs: Costs) -> set[int]:
    risk, ladder = definition.risk, definition.entry.ladder
    distances = [target.distance for target in risk.take_profit]
    stops = [risk.stop_loss.distance] if risk.stop_loss else []
    measured = (*distances, *stops, risk.trailing_stop)
    bars = {each.bars for each in measured if isinstance(each, AtrMultiple | Chandelier)}
    if ladder and ladder.atr is not None:
        bars.add(ladder.bars)
    if costs.slippage.kind == "volatility":
        bars.add(RANGE_OF_SLIPPAGE)
    return bars


def _volatility_bars(definition: Definition, costs: Costs) -> int | None:
    if isinstance(definition.risk.size, VolatilityTarget):
        return definition.risk.size.bars
    return VOLATILITY_OF_IMPACT if costs.slippage.kind == "impact" else None


def _volatility(bars: int, timeframe: str) -> Node:
    """The standard deviation of the log changes of the close, times the root of the bars in a year."""
    return _call("hvol", Name("close"), bars, YEAR / minutes(timeframe))


def _call(name: str, *arguments: Node | float) -> Node:
    given = (Number(float(each)) if isinstance(each, int | float) else each for each in arguments)
    return Call(name, tuple(given))
