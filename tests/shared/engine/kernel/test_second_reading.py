"""The engine against a second reading of its page: plain Python, and none of the kernel's functions."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.engine.costs import UNIT
from shared.engine.kernel.run import run
from shared.engine.plan import Plan, Traded
from tests.shared.engine.kernel.random_detail import DrawnWithDetail, detailed_plans
from tests.shared.engine.kernel.random_grid import DrawnNearTheGrid, rich
from tests.shared.engine.kernel.random_plans import Drawn, DrawnLegs
from tests.shared.engine.kernel.second_reading.comparing import differences, is_a_hair
from tests.shared.engine.kernel.second_reading.walk import walk

RICH = 1e9  # above it, sizes hang on the last bits of a price

drawn = st.builds(Drawn, st.integers(0, 2**32), st.integers(2, 130))
legged = st.builds(DrawnLegs, st.integers(0, 2**32), st.integers(2, 130))


def is_read(plan: Plan) -> bool:
    """Whether the second reading says anything of such a plan."""
    if plan.legs and not _are_read(plan):
        return False
    return not any(map(_is_dust, plan.traded))


def _are_read(plan: Plan) -> bool:
    """Legs of so few lots that none hangs on a float."""
    return plan.traded[0].instrument.lot >= 0.001


def _is_dust(traded: Traded) -> bool:
    """A lot that is worth less than a unit of money: by S31 several sizes cost the same."""
    rate = min(traded.rates.opening) if traded.rates else 1.0
    return bool(min(traded.bars.low) * rate * traded.instrument.lot < 2 * UNIT)


@given(drawn | detailed_plans)
@settings(max_examples=250)
def test_both_readings_of_the_page_agree(each: Drawn | DrawnWithDetail) -> None:
    plan = each.plan
    assume(plan.cash < RICH and is_read(plan))
    compare(plan)


@given(legged)
@settings(max_examples=100)
def test_both_readings_of_legs_agree(each: DrawnLegs) -> None:
    plan = each.plan
    assume(plan.cash < RICH and is_read(plan))
    compare(plan)


@given(rich)
@settings(max_examples=100)
def test_both_readings_of_the_end_of_the_grid_agree(each: DrawnNearTheGrid) -> None:
    plan = each.plan
    assume(is_read(plan))
    compare(plan)


def compare(plan: Plan) -> None:
    found = list(differences(walk(plan), run(plan)))
    assume(not (found and is_a_hair(found)))  # one plan of a thousand
    assert found == []
