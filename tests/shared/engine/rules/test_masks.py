"""Conditions as bits."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.engine.rules import masks

TRUTH = st.sampled_from([1.0, 0.0, np.nan])
VALUE = st.sampled_from([np.nan, 0.0, -0.0, 1.0, 2.0, np.inf, -np.inf])
TRUTHS = st.lists(TRUTH, min_size=0, max_size=200)


def test_a_bit_is_a_bar_the_first_one_the_lowest() -> None:
    flags = np.zeros(70, bool)
    flags[[0, 3, 64]] = True
    assert masks.packed(flags).tolist() == [0b1001, 1]


@given(TRUTHS)
def test_truths_come_back_as_they_were(truths: list[float]) -> None:
    mask = masks.from_floats(np.array(truths, float))
    assert np.array_equal(masks.as_floats(mask), np.array(truths, float), equal_nan=True)


@pytest.mark.parametrize(("a", "b"), list(product([1.0, 0.0, np.nan], repeat=2)))
def test_and_and_or_know_as_soon_as_one_operand_settles_it(a: float, b: float) -> None:
    def weak(x: float) -> float:
        return 0.5 if np.isnan(x) else x  # Kleene's logic is the order false < undefined < true

    pair = [masks.from_floats(np.array([x])) for x in (a, b)]
    for joined, wanted in ((masks.all_of(pair), min), (masks.any_of(pair), max)):
        assert weak(masks.as_floats(joined)[0]) == wanted(weak(a), weak(b))


def test_not_leaves_undefined_what_is_undefined() -> None:
    opposite = masks.opposite(masks.from_floats(np.array([1.0, 0.0, np.nan])))
    assert np.array_equal(masks.as_floats(opposite), [0.0, 1.0, np.nan], equal_nan=True)


@given(TRUTHS, st.integers(0, 250))
def test_a_lag_moves_every_bar_and_begins_undefined(truths: list[float], by: int) -> None:
    moved = masks.lagged(masks.from_floats(np.array(truths, float)), by)
    wanted = ([np.nan] * by + truths)[: len(truths)]
    assert np.array_equal(masks.as_floats(moved), np.array(wanted, float), equal_nan=True)


@given(TRUTHS)
def test_no_bit_stands_behind_the_last_bar(truths: list[float]) -> None:
    mask = masks.from_floats(np.array(truths, float))
    whole = masks.everywhere(len(truths))
    made = [
        masks.opposite(mask),
        masks.lagged(mask, 3),
        masks.any_of([mask, masks.constant(True, len(truths))]),
    ]
    for each in made:
        assert not np.any(each.true & ~whole)
        assert not np.any(each.defined & ~whole)
        assert not np.any(each.true & ~each.defined)


@given(st.lists(st.tuples(VALUE, VALUE), max_size=200))
def test_a_relation_says_of_each_bar_what_python_says(pairs: list[tuple[float, float]]) -> None:
    a, b = np.array(pairs, float).reshape(-1, 2).T
    of = masks.relation(a, b, len(pairs))
    assert masks.unpacked(of.greater, len(pairs)).tolist() == [x > y for x, y in pairs]
    assert masks.unpacked(of.less, len(pairs)).tolist() == [x < y for x, y in pairs]
    assert masks.unpacked(of.known, len(pairs)).tolist() == [x == x and y == y for x, y in pairs]


@given(st.lists(VALUE, max_size=200), VALUE)
def test_a_number_stands_beside_every_bar(values: list[float], number: float) -> None:
    series, count = np.array(values, float), len(values)
    wanted = masks.relation(series, np.full(count, number), count)
    for part, same in zip(masks.relation(series, number, count), wanted, strict=True):
        assert np.array_equal(part, same)
    turned = masks.relation(number, series, count)
    assert np.array_equal(turned.greater, wanted.less)
    assert np.array_equal(turned.less, wanted.greater)


def test_a_series_of_another_length_is_not_read_beyond_its_end() -> None:
    for a, b in ((np.zeros(3), np.zeros(4)), (np.zeros(4), np.zeros(3)), (1.0, np.zeros(5))):
        with pytest.raises(ValueError, match="there are 4 bars"):
            masks.relation(a, b, 4)


@pytest.mark.parametrize("sign", list(masks.COMPARISONS))
def test_nothing_is_known_of_a_comparison_with_what_is_undefined(sign: str) -> None:
    a, b = np.array([1.0, 2.0, np.nan, 1.0]), np.array([2.0, 2.0, 1.0, np.nan])
    mask = masks.compared(sign, masks.relation(a, b, 4))
    known = {"<": [1, 0], "<=": [1, 1], ">": [0, 0], ">=": [0, 1], "==": [0, 1], "!=": [1, 0]}[sign]
    assert np.array_equal(masks.as_floats(mask), [*known, np.nan, np.nan], equal_nan=True)


@given(TRUTHS)
def test_what_begins_was_known_not_to_hold_one_bar_before(truths: list[float]) -> None:
    begun = masks.as_floats(masks.begun(masks.from_floats(np.array(truths, float))))
    wanted = [
        np.nan if np.isnan(before) or np.isnan(now) else float(now > before)
        for before, now in pairwise([np.nan, *truths])
    ]
    assert np.array_equal(begun, np.array(wanted, float), equal_nan=True)
