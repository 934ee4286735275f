"""Which combinations a sweep tries."""

import pytest

from functions.strategy.errors import WrongOption
from functions.strategy.sweeping import space_of
from functions.strategy.sweeping.space import Space, spread
from shared.engine.language import LanguageError, read_strategy
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


BOUND = read_strategy(MOMENTUM.replace("[parameters]", 'requires = "$look <= $wait"\n[parameters]'))


def test_only_what_keeps_the_requirements_is_tried() -> None:
    _, space = space_of(BOUND, [])
    assert points(space) == [(1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (3, 3)]
    assert space.requires == ("$look <= $wait",)
    _, space = space_of(BOUND, [], where="$wait != 2")
    assert points(space) == [(1, 1), (1, 3), (2, 3), (3, 3)]
    assert space.requires == ("$look <= $wait", "$wait != 2")
    _, space = space_of(DEFINITION, [], where="$look > $wait")
    assert points(space) == [(2, 1), (3, 1), (3, 2), (4, 1), (4, 2), (4, 3)]
    assert [points(space)[number] for number in space.in_tiles()] == points(space)
    _, space = space_of(DEFINITION, [], where="3 / ($look - 3) > $wait")  # nothing is divided by 0
    assert points(space) == [(4, 1), (4, 2)]
    _, whole = space_of(DEFINITION, [], where="$look < 100")
    assert (whole.drawn, len(whole)) == (None, 12)


def test_what_is_varied_does_not_stand_in_the_way_of_what_is_held_still() -> None:
    settled, space = space_of(BOUND, ["wait=1", "look=0,1"])
    assert points(space) == [(0,), (1,)]
    assert settled.values == {"look": 0.0, "wait": 1.0}  # 2, the file's, would not keep it
    settled, space = space_of(BOUND, ["wait=2", "look=1:3"])
    assert points(space) == [(1,), (2,)]
    assert settled.values == {"look": 2.0, "wait": 2.0}


def test_a_draw_is_of_those_that_keep_the_requirements() -> None:
    ranges = ["look=1:100", "wait=1:100"]
    drawn = [points(space_of(BOUND, ranges, draw=50, seed=seed)[1]) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(set(drawn[0])) == 50
    assert all(look <= wait for look, wait in drawn[0])
    _, few = space_of(BOUND, ["look=1:3", "wait=1:3"], draw=6)
    assert len(few) == 6
    _, huge = space_of(BOUND, ["look=1:90000", "wait=1:90000"], draw=1000, seed=3)
    assert len(huge) == 1000
    assert all(look <= wait for look, wait in points(huge))


@pytest.mark.parametrize(
    ("ranges", "where", "draw", "sentence"),
    [
        (["look=8:9", "wait=1:3"], "", 0, "--param: none of 6 combinations has $look <= $wait"),
        ([], "$wait > 3", 0, "--param: none of 12 combinations has $look <= $wait and $wait > 3"),
        (
            ["look=1:90000", "wait=1:90000"],
            "$wait == 1",
            5,
            "--random: 0 combinations, and not 5, were found in 500 draws that have $look <= $wait and $wait",
        ),
        ([], "$wait <", 0, "--where: the rule ends at 8, where a value is missing"),
        ([], "close > 1", 0, "--where: this is a condition: a requirement compares parameters"),
        ([], "$wat > 1", 0, "--where: unknown parameter `$wat` at 1, did you mean `$wait`?"),
    ],
)
def test_a_requirement_that_nothing_keeps_is_told(
    ranges: list[str], where: str, draw: int, sentence: str
) -> None:
    with pytest.raises((WrongOption, LanguageError)) as refused:
        space_of(BOUND, ranges, where=where, draw=draw)
    assert sentence in str(refused.value)


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
