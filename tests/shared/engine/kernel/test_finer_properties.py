"""What holds for every plan with finer bars: as without them, and they are nothing but bars."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.engine.bars import Bars
from shared.engine.costs import Costs, Instrument, Slippage
from shared.engine.kernel.carrying import carried, resumed
from shared.engine.kernel.reading import read, timeline
from shared.engine.kernel.run import concluded, run, run_every_bar
from shared.engine.language.definition import Ladder
from shared.engine.language.risk import FixedQuantity, Percent, Risk, StopLoss, Target
from shared.engine.plan import Plan, Prices, Rule, Side, Traded
from shared.engine.rules.finer import laid_beside
from tests.shared.engine.kernel.make import columns, plan, same, words
from tests.shared.engine.kernel.random_detail import detailed_plans, finer_of
from tests.shared.engine.kernel.random_plans import plans, random_bars
from tests.shared.engine.kernel.test_properties import COLUMNS, until

MANY = settings(max_examples=120)
FEW = settings(max_examples=40)
STEP = 15  # minutes of a finer bar
PART = 60 // STEP


@MANY
@given(detailed_plans)
def test_the_batch_loop_is_the_stepper(drawn):
    random = drawn.plan
    if not random.legs:
        same(run(random), run_every_bar(random))


@MANY
@given(detailed_plans)
def test_at_every_bar_the_equity_is_what_was_gained_and_what_is_open(drawn):
    random = drawn.plan
    stepper = read(random)
    initial = stepper.account.cash
    while not stepper.ended and stepper.at < len(stepper.time):
        stepper.step()
        if stepper.account.beyond:
            return
        closed = sum(stepper.records.whole_columns[6, : stepper.records.length].tolist())
        held = [desk for desk in stepper.desks if desk.position.lots]
        opened = sum(
            round(desk.mark * desk.rate * (desk.position.lots * desk.scale))
            - desk.position.side() * desk.position.cost
            - desk.position.fees
            for desk in held
        )
        assert stepper.account.equity() - initial == closed + opened
    done = concluded(random, stepper)
    if done.ended != "beyond_the_grid":
        assert done.final - done.initial == sum(done.trades.pnl.tolist())


@FEW
@given(detailed_plans, st.data())
def test_a_run_in_pieces_is_one_run(drawn, data):
    random = drawn.plan
    whole = run(random)
    bars = len(whole.time)
    stepper = read(random)
    for cut in [*sorted(data.draw(st.lists(st.integers(0, bars), max_size=4))), bars]:
        while not stepper.ended and stepper.at < cut:
            stepper.step()
        if not stepper.ended and cut < bars:
            stepper = resumed(random, carried(stepper))
    pieces = concluded(random, stepper)
    assert (pieces.digest, pieces.final, pieces.ambiguous) == (whole.digest, whole.final, whole.ambiguous)
    assert columns(pieces) == columns(whole)


@FEW
@given(detailed_plans, st.floats(0.1, 0.9))
def test_what_comes_later_changes_nothing_before(drawn, part):
    random = drawn.plan
    times = timeline(random)
    everyone = max(int(symbol.bars.time[0]) for symbol in random.traded)
    last = max(everyone, int(times[int(len(times) * part)]))
    first, shorter = read(random), read(cut(random, last))
    while shorter.at < len(shorter.time) and not shorter.ended:
        shorter.step()
        first.step()
    assert (first.account.digest, first.account.cash) == (shorter.account.digest, shorter.account.cash)


def cut(whole: Plan, last: int) -> Plan:
    """As `until`, and no finer bar of a bar that is not there."""
    traded = []
    for symbol in until(whole, last).traded:
        if symbol.detail:
            keep = len(symbol.bars)
            first, ends = symbol.detail.first[:keep], symbol.detail.last[:keep]
            fine = symbol.detail.bars
            known = {name: getattr(fine, name)[: int(ends.max())] for name in COLUMNS}
            symbol = symbol._replace(
                detail=symbol.detail._replace(bars=replace(fine, **known), first=first, last=ends)
            )
        traded.append(symbol)
    return whole._replace(traded=tuple(traded))


@MANY
@given(plans)
def test_one_finer_bar_for_each_bar_is_that_bar(drawn):
    random = drawn.plan
    traded = tuple(
        symbol._replace(detail=laid_beside(symbol.bars, replace(symbol.bars, timeframe="30m")))
        for symbol in random.traded
    )
    if not random.legs:
        same(run(random), run(random._replace(traded=traded)))


@MANY
@given(st.integers(0, 2**32), st.sampled_from(["market", "limit", "ladder", "stop"]))
def test_a_run_on_finer_bars_that_is_decided_as_seldom_makes_the_same_fills(seed, order):
    """Nothing but a plain run on the finer bars is asked here: its rules hold where a bar closes."""
    on_bars, on_finer = twice(seed, order)
    coarse, fine = run(on_bars), run(on_finer)
    assert len(coarse.trades) == len(fine.trades)
    for name in ("side", "quantity", "entry_price", "exit_price", "commission", "pnl", "reason"):
        assert getattr(coarse.trades, name).tolist() == getattr(fine.trades, name).tolist(), name
    assert (coarse.final, coarse.turnover, coarse.fills) == (fine.final, fine.turnover, fine.fills)
    assert coarse.equity.tolist() == fine.equity[PART - 1 :: PART].tolist()
    assert coarse.ambiguous == fine.ambiguous


def twice(seed: int, order: str) -> tuple[Plan, Plan]:
    random = np.random.default_rng(seed)
    bars = random_bars(random, "AAA", 80, float(random.choice([0.003, 0.01, 0.04])))
    finer = finer_of(random, bars, STEP, whole=True)
    risk = Risk(
        size=FixedQuantity(float(random.integers(1, 6))),
        stop_loss=StopLoss(Percent(random.uniform(0.002, 0.03))) if random.random() < 0.7 else None,
        take_profit=(Target(Percent(random.uniform(0.002, 0.03)), share=0.5),) * int(random.integers(3)),
        trailing_stop=Percent(random.uniform(0.002, 0.03)) if random.random() < 0.5 else None,
    )
    costs = Costs(taker=0.001, maker=0.0002, slippage=Slippage("percent", float(random.choice([0, 0.001]))))
    ways = [(random.random((2, len(bars))) < 0.15, bars.close * random.uniform(0.98, 1.02)) for _ in "ls"]
    valid = int(random.integers(1, 5))
    entry = {"order": "limit" if order == "ladder" else order, "pyramiding": int(random.integers(1, 3))}
    entry |= {"ladder": Ladder(3, percent=0.004)} if order == "ladder" else {}
    sides = [Side(Rule(words(on[0])), Rule(words(on[1])), Prices(near)) for on, near in ways]
    spread = [
        Side(Rule(words(last(on[0]))), Rule(words(last(on[1]))), Prices(np.repeat(near, PART)))
        for on, near in ways
    ]
    grid = Instrument(0.001, 0.01)
    coarse = Traded(bars, grid, *sides, {}, detail=laid_beside(bars, finer))
    fine = Traded(finer, grid, *spread, {})
    terms = {"risk": risk, "costs": costs, "cash": 1e5, **entry}
    return plan(coarse, **terms, valid_bars=valid), plan(fine, **terms, valid_bars=valid * PART)


def last(on: np.ndarray) -> np.ndarray:
    """Of the finer bars of each bar, the one that closes with it."""
    spread = np.zeros(len(on) * PART, dtype=bool)
    spread[PART - 1 :: PART] = on
    return spread


def test_a_detail_that_does_not_fit_is_refused():
    symbol = detailed_of(3)
    with pytest.raises(ValueError, match="finer bars of 5 bars, and there are"):
        read(plan(symbol._replace(detail=symbol.detail._replace(first=symbol.detail.first[:5]))))
    with pytest.raises(ValueError, match="finer bars are rows of"):
        read(plan(symbol._replace(detail=symbol.detail._replace(last=symbol.detail.last + 1))))


def detailed_of(seed: int) -> Traded:
    random = np.random.default_rng(seed)
    bars: Bars = random_bars(random, "AAA", 20, 0.01)
    return Traded(
        bars,
        Instrument(),
        Side(),
        Side(),
        {},
        detail=laid_beside(bars, finer_of(random, bars, 15, whole=True)),
    )
