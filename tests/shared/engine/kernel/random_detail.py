"""The random plans with finer bars: most agree with the bars they are of, some do not, some are missing."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from shared.engine.bars import Bars
from shared.engine.plan import Plan
from shared.engine.rules.finer import laid_beside
from tests.shared.engine.kernel.random_plans import Random, one_of, random_plan

MINUTE = 60_000_000
Row = tuple[int, float, float, float, float]


def walk(random: Random, row: Row, slots: list[int]) -> list[Row]:
    """From the open to the close in so many bars, one of which comes to the high and one to the low."""
    time, opened, high, low, close = row
    turns = [*random.uniform(low, high, len(slots) - 1), close]
    highest, lowest = random.integers(len(slots), size=2)
    rows = []
    for number, (slot, turn) in enumerate(zip(slots, turns, strict=True)):
        top, bottom = max(opened, turn), min(opened, turn)
        top = high if number == highest else top + random.random() * (high - top)
        bottom = low if number == lowest else bottom - random.random() * (bottom - low)
        rows.append((time + slot * MINUTE, opened, top, bottom, turn))
        opened = turn if random.random() < 0.7 else random.uniform(low, high)
    return rows


def finer_of(random: Random, bars: Bars, step: int, *, whole: bool = False) -> Bars:
    """`whole`: every bar has every one of its finer bars, and they agree."""
    rows: list[Row] = []
    columns = zip(bars.time, *bars.prices[:4], strict=True)
    for time, *prices in columns:
        slots = list(range(0, 60, step))
        if not whole:
            kept = 1 + random.integers(len(slots))
            slots = sorted(random.choice(slots, kept, replace=False).tolist())
        chance = 1.0 if whole else random.random()
        if chance < 0.1:
            continue
        found = walk(random, (int(time), *prices), slots)
        if chance < 0.2:
            at, opened, high, low, close = found[-1]
            found[-1] = (at, opened, high * 1.5, low, close)
        rows += found
    table = np.array(rows if rows else [(int(bars.time[0]), *(column[0] for column in bars.prices[:4]))])
    volume = np.zeros(len(table))
    return Bars(bars.symbol, f"{step}m", table[:, 0].astype(np.int64), *table[:, 1:].T.copy(), volume)


def with_detail(plan: Plan, seed: int) -> Plan:
    random = np.random.default_rng(seed)
    detailed = []
    for number, symbol in enumerate(plan.traded):
        finer = finer_of(random, symbol.bars, int(one_of(random, 5, 15, 30)))
        beside = laid_beside(symbol.bars, finer) if number == 0 or random.random() < 0.7 else None
        detailed.append(symbol._replace(detail=beside))
    return plan._replace(traded=tuple(detailed))


class DrawnWithDetail(NamedTuple):
    seed: int
    length: int

    @property
    def plan(self) -> Plan:
        return with_detail(random_plan(self.seed, self.length), self.seed)


detailed_plans = st.builds(DrawnWithDetail, st.integers(0, 2**32), st.integers(30, 260))
