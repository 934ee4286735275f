"""What holds for every plan: both walks are one, nothing is lost, nothing depends on how it is fed."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.engine.bars import Bars
from shared.engine.built import NARROW, UNCOMPILED
from shared.engine.costs import FREE, Costs, Instrument, Slippage
from shared.engine.kernel.carrying import carried, resumed
from shared.engine.kernel.reading import read, timeline
from shared.engine.kernel.run import concluded, run, run_every_bar
from shared.engine.language.risk import FixedQuantity, Percent, Risk, StopLoss, Target
from shared.engine.plan import Plan, Rates, Rule, Side
from tests.shared.engine.kernel import digests
from tests.shared.engine.kernel.make import HOUR, START, columns, plan, same, traded, words
from tests.shared.engine.kernel.random_plans import plans, random_plan

ROOT = Path(__file__).parents[4]
MANY = settings(max_examples=300)
COLUMNS = ("time", "open", "high", "low", "close", "volume")
FEW = settings(max_examples=60)


@MANY
@given(plans)
def test_the_batch_loop_is_the_stepper(drawn):
    random = drawn.plan
    same(run(random), run_every_bar(random))


@pytest.mark.parametrize(("seed", "length"), [(1261091, 22), (1271390, 220), (1251572, 86), (1286185, 163)])
def test_the_batch_loop_ends_where_the_stepper_does(seed, length):
    """Where the grid or the account ends while a stop trails, or at an open alone."""
    random = random_plan(seed, length)
    done = run(random)
    assert done.ended
    same(done, run_every_bar(random))


@MANY
@given(plans)
def test_what_the_account_gained_is_the_sum_of_its_trades(drawn):
    random = drawn.plan
    done = run(random)
    if done.ended != "beyond_the_grid":
        assert done.final - done.initial == sum(done.trades.pnl.tolist())
        assert done.equity[-1] == done.final / 1e8


@MANY
@given(plans)
def test_at_every_bar_the_equity_is_what_was_gained_and_what_is_open(drawn):
    random = drawn.plan
    stepper = read(random)
    initial = stepper.account.cash
    while not stepper.ended and stepper.at < len(stepper.time):
        stepper.step()
        if stepper.account.beyond:
            return
        closed = sum(stepper.records.whole_columns[6, : stepper.records.length].tolist())
        held = [
            (desk.position, desk.mark * desk.rate * (desk.position.lots * desk.scale))
            for desk in stepper.desks
            if desk.position.lots
        ]
        open_profit = sum(round(worth) - position.side() * position.cost for position, worth in held)
        charged = sum(position.fees for position, _ in held)
        assert stepper.account.equity() - initial == closed + open_profit - charged


@FEW
@given(plans, st.data())
def test_a_run_in_pieces_is_one_run(drawn, data):
    random = drawn.plan
    whole = run(random)
    bars = len(whole.time)
    stepper = read(random)
    cuts = sorted(data.draw(st.lists(st.integers(0, bars), max_size=4)))
    for cut in [*cuts, bars]:
        while not stepper.ended and stepper.at < cut:
            stepper.step()
        if not stepper.ended and cut < bars:
            stepper = resumed(random, carried(stepper))
    pieces = concluded(random, stepper)
    assert (pieces.digest, pieces.final, pieces.rejected) == (whole.digest, whole.final, whole.rejected)
    assert columns(pieces) == columns(whole)


@FEW
@given(plans, st.floats(0.1, 0.9))
def test_what_comes_later_changes_nothing_before(drawn, part):
    random = drawn.plan
    times = timeline(random)
    everyone = max(int(symbol.bars.time[0]) for symbol in random.traded)
    last = max(everyone, int(times[int(len(times) * part)]))
    first = read(random)
    shorter = read(until(random, last))
    while shorter.at < len(shorter.time) and not shorter.ended:
        shorter.step()
        first.step()
    assert (first.account.digest, first.account.cash) == (shorter.account.digest, shorter.account.cash)


def until(whole: Plan, last: int) -> Plan:
    """Its bars up to that time; columns may go on, as nothing reads them."""

    def cut(symbol):
        keep = max(1, int(np.searchsorted(symbol.bars.time, last, side="right")))
        bars = replace(symbol.bars, **{name: getattr(symbol.bars, name)[:keep] for name in COLUMNS})
        optional = {
            name: None if getattr(symbol, name) is None else getattr(symbol, name)[:keep]
            for name in ("highest", "lowest", "volatility")
        }
        sides = {name: shorter(getattr(symbol, name), keep) for name in ("long", "short")}
        ranges = {length: column[:keep] for length, column in symbol.ranges.items()}
        rates = symbol.rates and Rates(*(column[:keep] for column in symbol.rates))
        return symbol._replace(bars=bars, ranges=ranges, rates=rates, **optional, **sides)

    return whole._replace(traded=tuple(cut(symbol) for symbol in whole.traded))


def shorter(side: Side, keep: int) -> Side:
    prices = side.prices._replace(
        limit=side.prices.limit[:keep],
        stop_loss=side.prices.stop_loss[:keep],
        take_profit=tuple(column[:keep] for column in side.prices.take_profit),
    )
    return side._replace(prices=prices)


@FEW
@given(st.integers(0, 2**32), st.floats(0.0, 0.01), st.floats(0.0, 0.5))
def test_twice_the_costs_never_help_the_same_fills(seed, rate, minimum):
    random = fixed_size(seed, costs=FREE)
    for costs in (Costs(taker=rate, minimum=minimum), Costs(slippage=Slippage("fixed", minimum))):
        slippage = costs.slippage._replace(amount=2 * costs.slippage.amount)
        twice = costs._replace(
            taker=2 * rate * (costs.taker > 0), minimum=2 * costs.minimum, slippage=slippage
        )
        once, doubled = run(random._replace(costs=costs)), run(random._replace(costs=twice))
        assert once.trades.exit_bar.tolist() == doubled.trades.exit_bar.tolist()
        assert doubled.final <= once.final <= run(random).final


def fixed_size(seed: int, *, costs: Costs, length: int = 200) -> Plan:
    """One lot, in and out by rules that know nothing, with cash for any of it."""
    random = np.random.default_rng(seed)
    closes = 100 * np.exp(np.cumsum(random.normal(0, 0.01, length)))
    opens = np.concatenate([[100.0], closes[:-1]])
    bars = Bars(
        *("AAA", "1h", START + np.arange(length) * HOUR, opens),
        *(np.maximum(opens, closes), np.minimum(opens, closes), closes, np.ones(length)),
    )
    enter, leave = (Rule(words(random.random(length) < 0.2)) for _ in range(2))
    symbol = traded(bars)._replace(long=Side(enter, leave))
    return plan(symbol, risk=Risk(size=FixedQuantity(1.0)), costs=costs, cash=1e6)


def test_random_entries_lose_their_costs():
    costs = Costs(taker=0.002)
    runs = [run(fixed_size(seed, costs=costs)) for seed in range(400)]
    gains = np.concatenate([done.trades.pnl for done in runs]) / 1e8
    paid = np.concatenate([done.trades.commission for done in runs]) / 1e8
    error = gains.std() / len(gains) ** 0.5
    assert abs(gains.mean() + paid.mean()) < 3 * error
    assert gains.mean() < 0


@MANY
@given(plans)
def test_a_limit_or_target_fills_inside_its_bar_and_a_stop_where_the_price_was(drawn):
    random = drawn.plan
    plain = random._replace(
        costs=FREE,
        traded=tuple(symbol._replace(instrument=Instrument(lot=1e-8)) for symbol in random.traded),
    )
    done = run(plain)
    if plain.legs:
        return
    rows = zip(*columns(done), strict=True)
    for symbol, _, _, _, exit_bar, _, price, *_ in rows:
        bars = plain.traded[symbol].bars
        row = int(np.searchsorted(bars.time, done.time[exit_bar], side="right")) - 1
        assert bars.low[row] * (1 - 1e-12) <= price <= bars.high[row] * (1 + 1e-12)


def test_the_same_in_another_process_with_and_without_a_build():
    here = digests.of_fixed_runs()
    for environment in ({}, {NARROW: "1"}, {UNCOMPILED: "1"}):
        command = [sys.executable, "-m", "tests.shared.engine.kernel.digests"]
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == here


@pytest.mark.parametrize("seed", [3])
def test_a_column_that_is_too_short_is_refused(seed):
    symbol = random_plan(seed, 100).traded[0]
    risk = Risk(stop_loss=StopLoss(Percent(0.1)), take_profit=(Target(Percent(0.1)),))
    short = symbol._replace(long=Side(Rule(words([True]))))
    with pytest.raises(ValueError, match="a rule has 1 words, and there are"):
        run(plan(short, risk=risk))
