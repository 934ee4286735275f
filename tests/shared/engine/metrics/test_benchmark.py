"""What could have been held instead: of several symbols, equal parts."""

from dataclasses import replace

import numpy as np
import pytest

from shared.engine.metrics.benchmark import in_equal_parts
from tests.shared.engine.metrics.make import bars


def test_one_symbol_is_held_as_it_is() -> None:
    own = bars([1, 2, 3])
    assert in_equal_parts((own,)) is own


def test_several_are_held_in_equal_parts_each_from_its_first_open_on() -> None:
    first = bars([10, 20, 30, 40])
    second = replace(bars([8, 4]), time=first.time[[1, 3]], open=np.array([5.0, 6.0]))
    both = in_equal_parts((first, second))
    assert both.time.tolist() == first.time.tolist()
    worth = first.close / first.open[0]
    assert both.close == pytest.approx((worth + np.array([1, 8 / 5, 8 / 5, 4 / 5])) / 2)
    opened = first.open / first.open[0]
    assert both.open == pytest.approx((opened + np.array([1, 1, 8 / 5, 6 / 5])) / 2)
    assert (both.high >= both.close).all()
    assert (both.low <= both.open).all()
