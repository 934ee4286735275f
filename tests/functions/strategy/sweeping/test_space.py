"""Which combinations a sweep tries."""

import pytest

from functions.strategy.errors import WrongOption
from functions.strategy.sweeping import space_of
from functions.strategy.sweeping.space import Space, spread
from shared.engine.language import read_strategy
from shared.engine.language.definition import Sweep
from tests.functions.strategy.make import MOMENTUM

DEFINITION = read_strategy(MOMENTUM)
BARE = read_strategy(
    'name = "B"\n[parameters]\nn = 3\nsure = true\n[entry]\nlong = "close > close[$n] and $sure"'
)


def points(space: Space) -> list[tuple[float, ...]]:
    return [tuple(space.point(index).values()) for index in range(len(space))]


def test_the_last_parameter_changes_fastest() -> None:
    _, space = space_of(DEFINITION, ["wait=1:2", "look=2:4:2"])
    assert space.names == ("wait", "look")
    assert points(space) == [(1, 2), (1, 4), (2, 2), (2, 4)]


def test_what_the_file_says_is_tried_unless_something_is_asked() -> None:
    _, space = space_of(DEFINITION, [])
    assert space == Space(("look", "wait"), ((1, 2, 3, 4), (1, 2, 3)))
    settled, space = space_of(DEFINITION, ["look=2"])
    assert settled.values == {"look": 2.0, "wait": 3.0}
    assert space == Space(("wait",), ((1, 2, 3),))
    _, space = space_of(DEFINITION, ["look=5,1,3"])
    assert space == Space(("look",), ((5, 1, 3),))


def test_a_range_ends_where_it_says_in_decimals() -> None:
    assert spread(Sweep(0.1, 0.5, 0.1), "x") == (0.1, 0.2, 0.3, 0.4, 0.5)
    assert spread(Sweep(5, 60, 20), "x") == (5, 25, 45)
    assert spread(Sweep(3, 3, 1), "x") == (3,)


def test_those_that_share_their_values_are_tried_together() -> None:
    """Of 10 × 7 in tiles of 4 × 4: the sixteen of a tile have eight values."""
    space = Space(("a", "b"), (tuple(range(10)), tuple(range(7))))
    numbers = space.in_tiles()
    assert sorted(numbers) == list(range(70))
    first = [points(space)[number] for number in numbers[:16]]
    assert first == [(a, b) for a in range(4) for b in range(4)]
    assert [points(space)[number] for number in numbers[16:20]] == [(0, 4), (0, 5), (0, 6), (1, 4)]
    drawn = Space(space.names, space.values, drawn=(4, 7, 69))
    assert points(drawn) == [(0, 4), (1, 0), (9, 6)]
    assert drawn.in_tiles() == [1, 0, 2]


def test_a_draw_is_the_same_for_the_same_seed_and_draws_none_twice() -> None:
    ranges = ["look=1:100", "wait=1:100"]
    drawn = [points(space_of(DEFINITION, ranges, draw=50, seed=seed)[1]) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(set(drawn[0])) == 50
    assert all(1 <= look <= 100 and 1 <= wait <= 100 for look, wait in drawn[0])
    _, whole = space_of(DEFINITION, ["look=1:3"], draw=50)
    assert points(whole) == [(1,), (2,), (3,)]


def test_a_draw_of_a_huge_grid_is_made_at_once() -> None:
    _, space = space_of(DEFINITION, ["look=1:90000", "wait=1:90000"], draw=1000, seed=3)
    assert (space.grid, len(space)) == (8_100_000_000, 1000)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (["lok=1:3"], "--param: unknown parameter `lok`, did you mean `look`?"),
        (["look"], "--param: write fast=5:60:5, fast=5,10,20 or fast=10, not `look`"),
        (["look=3:1"], "--param look: a range rises from FROM to TO by a STEP above 0: `3:1` does not"),
        (["look=1:3:0"], "--param look: a range rises"),
        (["look=1:3:-1"], "--param look: a range rises"),
        (["look=1:2:3:4"], "--param look: a range is FROM:TO:STEP, as in 5:60:5, not `1:2:3:4`"),
        (["look=1:inf"], "--param look: a number stands here, not `inf`"),
        (["look=1,2,1"], "--param look: a value stands there twice"),
        (["look=1:1e9:0.1"], "--param look: a range of"),
        (
            ["look=1:1000", "wait=1:1000"],
            "--param: 1000000 combinations: at most 100000 are tried, take --random",
        ),
        (["look=1", "wait=1"], "--param: nothing is varied"),
    ],
)
def test_a_space_that_is_none_is_refused(written: list[str], sentence: str) -> None:
    with pytest.raises(WrongOption) as refused:
        space_of(DEFINITION, written)
    assert sentence in str(refused.value)


def test_only_numbers_have_a_range() -> None:
    with pytest.raises(WrongOption, match="--param sure: only numbers have a range"):
        space_of(BARE, ["sure=1:3"])
    with pytest.raises(WrongOption, match="nothing is varied: write one or more such as fast=5:60:5"):
        space_of(BARE, [])
    with pytest.raises(WrongOption, match="at most 100000 combinations are tried"):
        space_of(DEFINITION, ["look=1:3"], draw=200_000)
