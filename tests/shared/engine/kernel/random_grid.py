"""The random plans with so much cash that a small profit, or what is sold short, ends the grid (S45)."""

import numpy as np
from hypothesis import strategies as st

from shared.engine.costs import MOST
from shared.engine.language.risk import FixedCash, FixedQuantity
from shared.engine.plan import Plan
from tests.shared.engine.kernel.random_plans import Drawn, random_plan


def near_the_grid(plan: Plan, seed: int) -> Plan:
    """Of a size that floats carry exactly: one in percent of 9e10 hangs on the last bits of a price."""
    random = np.random.default_rng(seed)
    size = plan.risk.size if isinstance(plan.risk.size, FixedQuantity) else FixedCash(random.uniform(50, 5e4))
    left = round(10 ** random.uniform(0, 5), 2)
    return plan._replace(cash=MOST - left, risk=plan.risk._replace(size=size))


class DrawnNearTheGrid(Drawn):
    @property
    def plan(self) -> Plan:
        return near_the_grid(random_plan(self.seed, self.length), self.seed)


rich = st.builds(DrawnNearTheGrid, st.integers(0, 2**32), st.integers(2, 130))
