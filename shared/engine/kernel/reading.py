"""A plan → what the compiled core works on."""

from functools import reduce
from typing import Any

import numpy as np

from shared.engine.bars import Floats, Integers
from shared.engine.costs import Costs, units
from shared.engine.kernel.account import Account
from shared.engine.kernel.desk import Desk
from shared.engine.kernel.distances import Distance
from shared.engine.kernel.finer import Finer
from shared.engine.kernel.halts import Halts
from shared.engine.kernel.legs import Legs
from shared.engine.kernel.programs import Machine
from shared.engine.kernel.records import Records
from shared.engine.kernel.stepper import Stepper
from shared.engine.kernel.terms import NEVER, Terms
from shared.engine.kernel.views import view
from shared.engine.language import risk
from shared.engine.language.definition import Entry
from shared.engine.language.errors import LanguageError
from shared.engine.language.timeframes import MINUTES
from shared.engine.plan import Plan, Rates, Rule, Side, Traded

ORDERS = {"market": 0, "limit": 1, "stop": 2}
SLIPPAGES = {"percent": 0, "fixed": 1, "volatility": 2, "impact": 3}
SIZES = (
    risk.FixedQuantity,
    risk.FixedCash,
    risk.PercentOfEquity,
    risk.RiskFraction,
    risk.VolatilityTarget,
    risk.KellyFraction,
)
SLIPPED_BY = 14  # bars of the range that slippage by volatility reads
NAN = float("nan")
Levels = tuple[Floats | None, Floats | None]  # of a long position, of a short


def read(plan: Plan) -> Stepper:
    account = Account(units(plan.cash), len(plan.traded))
    records, terms = Records(), read_terms(plan)
    desks = [_desk(plan, number, account, records, terms) for number in range(len(plan.traded))]
    daily, weekly, monthly = (NAN if part is None else part for part in plan.risk.halt)
    halts = Halts((daily, weekly, monthly), account.cash)
    stepper = Stepper(desks, account, records, terms, halts, _legs(plan, desks), timeline(plan))
    stepper.detailed = any(traded.detail for traded in plan.traded)
    if stepper.detailed:
        for desk, traded in zip(desks, plan.traded, strict=True):
            desk.finer = Finer(traded.detail, len(traded.bars))
    return stepper


def _legs(plan: Plan, desks: list[Desk]) -> Legs | None:
    if not plan.legs:
        return None
    stop, targets, risks = plan.risk.stop_loss, plan.risk.take_profit, plan.risk
    distances = [rule.distance for rule in (stop, *targets) if rule]
    if any(not isinstance(distance, risk.Percent) for distance in distances) or len(targets) > 1:
        raise LanguageError("range", "legs have a stop and one target, each a percentage", path="risk")
    if risks.trailing_stop or risks.leverage.maintenance_margin or plan.entry.order != "market":
        sentence = "legs have market orders, no trailing stop and no maintenance margin"
        raise LanguageError("range", sentence, path="legs")
    for desk in desks:
        desk.in_legs = True
    parts = [distance.percent for distance in distances if isinstance(distance, risk.Percent)]
    weights = tuple(leg.weight for leg in plan.legs)
    return Legs(desks, weights, parts[0] if stop else NAN, parts[-1] if targets else NAN)


def timeline(plan: Plan) -> Integers:
    """Every time at which any symbol has a bar."""
    times = [traded.bars.time for traded in plan.traded]
    return times[0] if len(times) == 1 else np.unique(np.concatenate(times))


def read_terms(plan: Plan) -> Terms:
    terms = Terms()
    _size(terms, plan.risk.size)
    _limits(terms, plan.risk)
    _entry(terms, plan.entry)
    _costs(terms, plan.costs)
    return terms


def _size(terms: Terms, size: risk.Size) -> None:
    terms.size = SIZES.index(type(size))
    match size:
        case risk.FixedQuantity(amount) | risk.FixedCash(amount) | risk.PercentOfEquity(amount):
            terms.amount = amount
        case risk.RiskFraction(amount) | risk.VolatilityTarget(amount, _):
            terms.amount = amount
        case risk.KellyFraction(amount, most, trades):
            terms.amount, terms.size_most, terms.size_trades = amount, most, trades


def _limits(terms: Terms, risks: risk.Risk) -> None:
    shares = [target.share for target in risks.take_profit]
    terms.targets, terms.all_taken = len(shares), sum(shares) >= 1 - 1e-9
    terms.shares = view(np.array(shares or [0.0]))
    terms.stopped, terms.trailed = risks.stop_loss is not None, risks.trailing_stop is not None
    terms.protected = terms.stopped or terms.trailed or terms.targets > 0
    terms.time_stop = risks.time_stop or NEVER
    terms.cooldown = risks.cooldown
    terms.positions = risks.max_open_positions or NEVER
    terms.leverage, terms.margin = risks.leverage
    terms.borrow_rate = risks.borrow_rate
    terms.halted = risks.halt != risk.Halt()


def _entry(terms: Terms, entry: Entry) -> None:
    terms.order = ORDERS[entry.order]
    terms.valid_bars, terms.pyramiding = entry.valid_bars, entry.pyramiding
    terms.rungs = entry.ladder.levels if entry.ladder else 1


def _costs(terms: Terms, costs: Costs) -> None:
    terms.taker = costs.taker
    terms.maker = costs.taker if costs.maker is None else costs.maker
    terms.minimum = costs.minimum * 1e8
    terms.funding_rate = costs.funding_rate
    terms.slippage, terms.slippage_amount = SLIPPAGES[costs.slippage.kind], costs.slippage.amount
    terms.volume_limit = NAN if costs.volume_limit is None else costs.volume_limit


def _desk(plan: Plan, number: int, account: Account, records: Records, terms: Terms) -> Desk:
    traded = plan.traded[number]
    desk = Desk(number, traded.bars, traded.instrument, account, records, terms)
    if traded.rates is not None:
        desk.convert(_of_every_bar(traded.rates, traded))
    desk.duration = MINUTES[traded.bars.timeframe] * 60_000_000
    desk.fee_per_lot = plan.costs.per_unit * desk.scale
    take_rules(desk, traded.long, traded.short)
    if terms.order:
        _limits_of(desk, traded)
    _distances(desk, plan.risk, traded)
    if plan.entry.ladder:
        desk.rung_step = _rung(plan.entry, traded)
    slipped = plan.costs.slippage
    if isinstance(plan.risk.size, risk.VolatilityTarget) or (slipped.kind == "impact" and slipped.amount):
        desk.volatility = _column(traded, traded.volatility, "volatility")
    if slipped.kind == "volatility" and slipped.amount:
        desk.ranges = _ranges(traded, SLIPPED_BY)
    return desk


def take_rules(desk: Desk, long: Side, short: Side) -> None:
    desk.long_entry, desk.long_exit = (_words(desk, rule) for rule in (long.entry, long.exit))
    desk.short_entry, desk.short_exit = (_words(desk, rule) for rule in (short.entry, short.exit))
    words = [rule.bits for rule in (long.entry, long.exit, short.entry, short.exit) if rule.bits is not None]
    if words:
        desk.rules = view(reduce(np.bitwise_or, words))
    programs = [rule.program for rule in (long.entry, long.exit, short.entry, short.exit)]
    desk.programs = [None if program is None else Machine(program) for program in programs]
    desk.programmed = any(programs)


def _limits_of(desk: Desk, traded: Traded) -> None:
    """A direction that is not traded has no price, and asks for none."""
    undefined = np.full(len(traded.bars), NAN)
    for name, side in (("limit_long", traded.long), ("limit_short", traded.short)):
        column = undefined if side.prices.limit is None else side.prices.limit
        setattr(desk, name, _column(traded, column, "the entry's price"))


def _words(desk: Desk, rule: Rule) -> Any:
    if rule.bits is None:
        return desk.no_words
    if len(rule.bits) < len(desk.no_words) - 1:
        raise ValueError(f"a rule has {len(rule.bits)} words, and there are {desk.length} bars")
    return view(np.ascontiguousarray(rule.bits, dtype=np.uint64))


def _distances(desk: Desk, risks: risk.Risk, traded: Traded) -> None:
    prices = traded.long.prices, traded.short.prices
    if stop := risks.stop_loss:
        levels = prices[0].stop_loss, prices[1].stop_loss
        desk.stop = _distance(stop.distance, stop.of, traded, levels)
    for number, target in enumerate(risks.take_profit):
        long, short = (side.take_profit[number] if side.take_profit else None for side in prices)
        desk.targets.append(_distance(target.distance, target.of, traded, (long, short)))
    if isinstance(risks.trailing_stop, risk.Chandelier):
        trail = risks.trailing_stop
        desk.trail = _ranged(trail.multiple, _ranges(traded, trail.bars))
        desk.highest = _column(traded, traded.highest, "the highest high")
        desk.lowest = _column(traded, traded.lowest, "the lowest low")
    elif risks.trailing_stop:
        desk.trail = _distance(risks.trailing_stop, "fill", traded, (None, None))


def _distance(asked: risk.Distance, of: risk.Reference, traded: Traded, levels: Levels) -> Distance:
    match asked:
        case risk.Percent(percent):
            distance = Distance(0, percent)
        case risk.AtrMultiple(multiple, bars):
            distance = _ranged(multiple, _ranges(traded, bars))
        case _:
            distance = Distance(2, 0.0)
            undefined = np.full(len(traded.bars), NAN)
            distance.long, distance.short = (
                _column(traded, undefined if level is None else level, "a level") for level in levels
            )
    distance.of_signal = of == "signal_close"
    return distance


def _ranged(multiple: float, ranges: Any) -> Distance:
    distance = Distance(1, multiple)
    distance.long = distance.short = ranges
    return distance


def _ranges(traded: Traded, bars: int) -> Any:
    return _column(traded, traded.ranges.get(bars), f"the average true range over {bars} bars")


def _rung(entry: Entry, traded: Traded) -> Distance:
    assert entry.ladder is not None
    if entry.ladder.percent is not None:
        return Distance(0, entry.ladder.percent)
    assert entry.ladder.atr is not None
    return _ranged(entry.ladder.atr, _ranges(traded, entry.ladder.bars))


def _of_every_bar(rates: Rates, traded: Traded) -> Rates:
    return Rates(*(np.asarray(_column(traded, column, "a rate")) for column in rates))


def _column(traded: Traded, column: Floats | None, name: str) -> Any:
    """The compiled core does not look where a column ends."""
    if column is None or len(column) != len(traded.bars):
        length = "missing" if column is None else f"{len(column)} rows long"
        raise ValueError(f"{name} of {traded.bars.symbol}: {length}, and there are {len(traded.bars)} bars")
    return view(np.ascontiguousarray(column, dtype=np.float64))
