"""Plans that use everything, over bars that gap, stand still and come without volume."""

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from shared.engine.bars import Bars, Floats
from shared.engine.costs import Costs, Instrument, Slippage
from shared.engine.language import risk as r
from shared.engine.language.definition import Entry, Ladder, Leg
from shared.engine.language.sides import NEITHER
from shared.engine.plan import Plan, Prices, Rates, Rule, Side, Traded
from tests.shared.engine.kernel.make import HOUR, START, words
from tests.shared.engine.kernel.random_programs import random_program

Random = np.random.Generator


def maybe(random: Random, value: Any, other: Any, chance: float = 0.5) -> Any:
    return value if random.random() < chance else other


def one_of(random: Random, *choices: Any) -> Any:
    return choices[random.integers(len(choices))]


def random_bars(random: Random, symbol: str, length: int, spread: float) -> Bars:
    kept = np.flatnonzero(random.random(length) < one_of(random, 1.0, 0.8))
    kept = kept if len(kept) else np.array([0])
    steps = random.normal(0, spread, (len(kept), 4))
    opens = 100 * np.exp(np.cumsum(steps[:, 0]))
    closes = opens * np.exp(steps[:, 1] * (random.random(len(kept)) < 0.8))
    high = np.maximum(opens, closes) * np.exp(abs(steps[:, 2]))
    low = np.minimum(opens, closes) * np.exp(-abs(steps[:, 3]))
    volume = random.integers(0, 40, len(kept)).astype(float)
    return Bars(symbol, "1h", START + kept * HOUR, opens, high, low, closes, volume)


def with_holes(random: Random, column: Floats) -> Floats:
    return np.where(random.random(len(column)) < 0.1, np.nan, column)


def rule(random: Random, length: int, *, often: float, programmed: bool) -> Rule:
    if programmed and random.random() < 0.4:
        return Rule(program=random_program(random, length))
    return maybe(random, Rule(words(random.random(length) < often)), Rule(), 0.8)


def side(random: Random, bars: Bars, targets: int, way: int, *, programmed: bool) -> Side:
    length, often = len(bars), one_of(random, 0.03, 0.2, 0.6)
    near = with_holes(random, bars.close * np.exp(random.normal(0, 0.01, length)))
    stop = with_holes(random, bars.close * (1 - way * abs(random.normal(0.01, 0.02, length))))
    levels = tuple(
        with_holes(random, bars.close * (1 + way * abs(random.normal(0.02, 0.02, length))))
        for _ in range(targets)
    )
    enter = rule(random, length, often=often, programmed=programmed)
    leave = rule(random, length, often=often / 2, programmed=programmed)
    return Side(enter, leave, Prices(near, stop, levels))


def distance(random: Random) -> r.Distance:
    percent, ranges = r.Percent(random.uniform(0.002, 0.05)), r.AtrMultiple(random.uniform(0.5, 3))
    return one_of(random, percent, ranges, r.Level(NEITHER))


def random_risk(random: Random, *, legs: bool) -> r.Risk:
    stop = r.StopLoss(distance(random), one_of(random, "fill", "signal_close"))
    shares = one_of(random, (1.0,), (0.5, 0.5), (0.3, 0.3), (0.2, 0.3, 0.5))
    targets = tuple(r.Target(distance(random), one_of(random, "fill", "signal_close"), x) for x in shares)
    trail = one_of(random, r.Percent(random.uniform(0.005, 0.05)), r.AtrMultiple(2.0), r.Chandelier(2.0))
    if legs:
        stop, trail = r.StopLoss(r.Percent(random.uniform(0.005, 0.05))), None
        targets = (r.Target(r.Percent(random.uniform(0.005, 0.05))),)
    stopped = random.random() < 0.5
    sizes = [
        r.FixedQuantity(float(random.integers(1, 8))),
        r.FixedCash(random.uniform(50, 900)),
        r.PercentOfEquity(random.uniform(0.1, 5)),
        r.VolatilityTarget(0.2, 20),
        r.KellyFraction(0.5, 1.0, 3),
    ]
    leverage = one_of(random, 1.0, 1.0, 5.0)
    return r.Risk(
        size=one_of(random, *sizes, *([r.RiskFraction(random.uniform(0.005, 0.2))] if stopped else [])),
        stop_loss=stop if stopped else None,
        take_profit=maybe(random, targets, ()),
        trailing_stop=maybe(random, trail, None, 0.3),
        time_stop=maybe(random, int(random.integers(1, 12)), None, 0.3),
        max_open_positions=maybe(random, int(random.integers(1, 3)), None, 0.3),
        cooldown=int(maybe(random, random.integers(0, 6), 0, 0.3)),
        halt=maybe(random, r.Halt(0.02, 0.03, 0.05), r.Halt(), 0.2),
        leverage=r.Leverage(leverage, 0.0 if legs else one_of(random, 0.0, 0.15)),
        borrow_rate=maybe(random, 0.5, 0.0, 0.3),
    )


def random_costs(random: Random) -> Costs:
    kind = one_of(random, "percent", "fixed", "volatility", "impact")
    amount = {"percent": 0.001, "fixed": 0.05, "volatility": 0.1, "impact": 0.2}[kind]
    return Costs(
        taker=one_of(random, 0.0, 0.001),
        maker=one_of(random, None, 0.0002, -0.0001),
        per_unit=one_of(random, 0.0, 0.01),
        minimum=one_of(random, 0.0, 0.5),
        slippage=Slippage(kind, maybe(random, amount, 0.0)),
        funding_rate=maybe(random, 0.1, 0.0, 0.3),
        volume_limit=maybe(random, 0.1, None, 0.3),
    )


def random_entry(random: Random, *, legs: bool) -> Entry:
    order = "market" if legs else one_of(random, "market", "market", "limit", "stop")
    ladder = Ladder(3, percent=0.005) if random.random() < 0.5 else Ladder(3, atr=0.5)
    return Entry(
        NEITHER,
        order=order,
        valid_bars=int(random.integers(1, 6)),
        ladder=ladder if order == "limit" and random.random() < 0.5 else None,
        pyramiding=int(one_of(random, 1, 1, 3)),
    )


def random_plan(seed: int, length: int, *, legs: bool = False) -> Plan:
    """`legs`: it has them in any case."""
    random = np.random.default_rng(seed)
    symbols = int(one_of(random, 1, 1, 1, 2, 3))
    symbols = max(symbols, 2) if legs else symbols
    legs = legs or (symbols > 1 and random.random() < 0.4)
    programmed = bool(random.random() < 0.2)
    risk = random_risk(random, legs=legs)
    instrument = Instrument(one_of(random, 1e-8, 0.001, 1.0), one_of(random, 0.0, 0.01, 0.25))
    spread = one_of(random, 0.002, 0.01, 0.04, 0.2)
    traded = []
    for number in range(symbols):
        bars = random_bars(random, f"S{number}", length, spread)
        sides = [side(random, bars, len(risk.take_profit), way, programmed=programmed) for way in (1, -1)]
        sides[1] = maybe(random, sides[1], sides[1]._replace(entry=Rule(), exit=Rule()))
        span = with_holes(random, bars.high - bars.low)
        columns = {"highest": bars.high * 1.01, "lowest": bars.low * 0.99}
        volatility = with_holes(random, np.full(len(bars), 0.3))
        ranges = {14: span, 22: span}
        traded.append(Traded(bars, instrument, *sides, ranges, volatility=volatility, **columns))
    parts = tuple(Leg(t.bars.symbol, float(one_of(random, 1.0, -1.0, -0.5))) for t in traded)
    entry = random_entry(random, legs=legs)
    cash = one_of(random, 1000.0, 1000.0, 1e6, 8.9e10)
    costs = random_costs(random)
    if random.random() < 0.25:
        traded = [
            each._replace(rates=maybe(random, random_rates(random, each.bars), None)) for each in traded
        ]
    return Plan(tuple(traded), entry, parts if legs else (), risk, costs, cash)


def random_rates(random: Random, bars: Bars) -> Rates:
    walk = one_of(random, 0.01, 1.1, 150.0) * np.exp(random.normal(0, 0.01, 2 * len(bars)).cumsum())
    return Rates(walk[::2].copy(), walk[1::2].copy())


class Drawn(NamedTuple):
    """Named by what it was made from: printed, a plan is a page of numbers."""

    seed: int
    length: int

    @property
    def plan(self) -> Plan:
        return random_plan(self.seed, self.length)


class DrawnLegs(Drawn):
    @property
    def plan(self) -> Plan:
        return random_plan(self.seed, self.length, legs=True)


plans = st.builds(Drawn, st.integers(0, 2**32), st.integers(2, 260))
