"""A strategy on its data: every rule and price that does not depend on the position, known for every bar."""

from typing import NamedTuple

from shared.engine.bars import Bars, Floats, Integers, Words
from shared.engine.costs import Costs, Instrument
from shared.engine.language.definition import Entry, Leg
from shared.engine.language.risk import Risk


class Program(NamedTuple):
    """What reads the position, in reverse Polish: worked off at the close of a bar.

    `codes` are those of `programs`; `operands[i]` is what code i needs: a row of `series`, or of `constants`.
    """

    codes: Integers
    operands: Integers
    constants: Floats
    series: tuple[Floats, ...]  # a truth is 1.0 or 0.0, what is undefined NaN


class Rule(NamedTuple):
    """Bit i % 64 of word i // 64 tells whether it holds at the close of bar i; or a program does."""

    bits: Words | None = None
    program: Program | None = None


class Prices(NamedTuple):
    """Of one direction, as they stand at the close of each bar: NaN where undefined, None where unused."""

    limit: Floats | None = None  # or stop, of the entry
    stop_loss: Floats | None = None
    take_profit: tuple[Floats | None, ...] = ()  # one for each target of the risk rules


class Side(NamedTuple):
    entry: Rule = Rule()
    exit: Rule = Rule()
    prices: Prices = Prices()


class Detail(NamedTuple):
    """Finer bars of a symbol: those of its bar i are the rows from first[i] to before last[i], or none."""

    bars: Bars
    first: Integers
    last: Integers
    missing: int  # bars that have none
    differing: int  # bars that do not agree with theirs: the rows are none


class Rates(NamedTuple):
    """What a unit of a symbol's currency costs in the account's, as known at each of its bars."""

    opening: Floats
    closing: Floats


class Traded(NamedTuple):
    """One symbol, or one leg, and all that its orders are made from."""

    bars: Bars
    instrument: Instrument
    long: Side
    short: Side
    ranges: dict[int, Floats]  # average true ranges that distances ask for, by their bars
    highest: Floats | None = None  # of the chandelier's bars
    lowest: Floats | None = None
    volatility: Floats | None = None  # a year's standard deviation, for a size by volatility
    detail: Detail | None = None
    rates: Rates | None = None  # None: its prices are in the account's currency


class Plan(NamedTuple):
    traded: tuple[Traded, ...]  # by symbol; in the order of the legs where there are legs
    entry: Entry
    legs: tuple[Leg, ...]
    risk: Risk
    costs: Costs
    cash: float
