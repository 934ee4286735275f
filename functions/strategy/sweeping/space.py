"""The combinations that a sweep tries, each by its number: none is made before its turn."""

import math
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from functions.strategy.asking import known_parameter, number, once, value_of
from functions.strategy.errors import WrongOption
from functions.strategy.sweeping.requirements import Requirements, requirements_of
from shared.engine.language.definition import Definition, Sweep
from shared.engine.language.requirements import holds
from shared.engine.language.strategy import with_parameters
from shared.engine.language.typed import Value

MOST = 100_000  # combinations
STEPS = 100_000  # of one parameter
DRAWS = 100  # for each combination that is asked for
TILE = 4  # values of each parameter that are tried with one another before others are


class Space(NamedTuple):
    """`values[i]` are tried for `names[i]`; the last one changes fastest."""

    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    drawn: tuple[int, ...] | None = None  # numbers of the grid, rising; None: all
    requires: tuple[str, ...] = ()  # what all that are tried keep

    @property
    def grid(self) -> int:
        return math.prod(map(len, self.values))

    def __len__(self) -> int:
        return self.grid if self.drawn is None else len(self.drawn)

    def point(self, index: int) -> dict[str, float]:
        chosen = (values[place] for values, place in zip(self.values, self._places(index), strict=True))
        return dict(zip(self.names, chosen, strict=True))

    def in_tiles(self) -> list[int]:
        """Every number, those together that share most of their values: few series serve many of them."""
        return sorted(
            range(len(self)), key=lambda index: ([place // TILE for place in self._places(index)], index)
        )

    def _places(self, index: int) -> list[int]:
        """Which of its values each parameter has."""
        rest = index if self.drawn is None else self.drawn[index]
        places = []
        for values in reversed(self.values):
            rest, place = divmod(rest, len(values))
            places.append(place)
        return places[::-1]


def space_of(
    definition: Definition, written: Sequence[str], *, where: str = "", draw: int = 0, seed: int = 0
) -> tuple[Definition, Space]:
    """The definition with what is held still, and the space of the rest: else the ranges of the file."""
    still, ranges = _read(definition, written)
    requirements = requirements_of(definition, where, still)
    space = _chosen(Space(tuple(ranges), tuple(ranges.values())), draw, seed, requirements)
    if not all(holds(tree, requirements.still) for tree in definition.requires):
        still |= space.point(0)  # what else stands there is varied
    return with_parameters(definition, still) if still else definition, space


def _read(
    definition: Definition, written: Sequence[str]
) -> tuple[dict[str, Value], dict[str, tuple[float, ...]]]:
    """What is held still, and what is varied."""
    still: dict[str, Value] = {}
    ranges: dict[str, tuple[float, ...]] = {}
    for one in written:
        name, sign, text = (part.strip() for part in one.partition("="))
        if not sign or not name:
            raise WrongOption(f"--param: write fast=5:60:5, fast=5,10,20 or fast=10, not `{one[:60]}`")
        once({**still, **ranges}, name)
        if ":" in text or "," in text:
            ranges[name] = _values(definition, name, text)
        else:
            still[name] = value_of(definition, name, text)
    if not ranges:
        ranges = {
            parameter.name: spread(parameter.sweep, parameter.name)
            for parameter in definition.parameters
            if parameter.sweep and parameter.name not in still
        }
    if not ranges:
        raise WrongOption("--param: nothing is varied: write one or more such as fast=5:60:5")
    return still, ranges


def _chosen(space: Space, draw: int, seed: int, requirements: Requirements) -> Space:
    """Those that are tried: of all that keep the requirements, or of a draw."""
    if draw > MOST:
        raise WrongOption(f"--random: at most {MOST} combinations are tried")
    if space.grid > MOST and not draw:
        raise WrongOption(
            f"--param: {space.grid} combinations: at most {MOST} are tried, take --random {MOST // 10}"
        )
    if not requirements.trees and not 0 < draw < space.grid:
        return space
    if not requirements.trees or space.grid > MOST:
        numbers = _drawn(space, draw, seed, requirements)
    else:
        numbers = [number for number in range(space.grid) if requirements.hold(space.point(number))]
        if 0 < draw < len(numbers):
            numbers = random.Random(seed).sample(numbers, draw)
    if not numbers:
        raise WrongOption(f"--param: none of {space.grid} combinations has {' and '.join(requirements.said)}")
    drawn = None if len(numbers) == space.grid else tuple(sorted(numbers))
    return Space(space.names, space.values, drawn, requirements.said)


def _drawn(space: Space, draw: int, seed: int, requirements: Requirements) -> list[int]:
    chance, drawn = random.Random(seed), set[int]()
    for _ in range(DRAWS * draw):
        number = chance.randrange(space.grid)
        if requirements.hold(space.point(number)):
            drawn.add(number)
        if len(drawn) == draw:
            return list(drawn)
    raise WrongOption(
        f"--random: {len(drawn)} combinations, and not {draw}, were found in {DRAWS * draw} draws "
        f"that have {' and '.join(requirements.said)}"
    )


def _values(definition: Definition, name: str, text: str) -> tuple[float, ...]:
    usual, option = known_parameter(definition, name), f"--param {name}"
    if isinstance(usual, bool | str):
        raise WrongOption(f"{option}: only numbers have a range")
    if ":" not in text:
        values = tuple(number(option, part.strip()) for part in text.split(","))
        if len(set(values)) < len(values):
            raise WrongOption(f"{option}: a value stands there twice")
        return values
    parts = text.split(":")
    if len(parts) not in (2, 3):
        raise WrongOption(f"{option}: a range is FROM:TO:STEP, as in 5:60:5, not `{text[:60]}`")
    start, stop, step = (number(option, part.strip()) for part in [*parts, "1"][:3])
    if step <= 0 or stop < start:
        raise WrongOption(
            f"{option}: a range rises from FROM to TO by a STEP above 0: `{text[:60]}` does not"
        )
    return spread(Sweep(start, stop, step), name)


def spread(sweep: Sweep, name: str) -> tuple[float, ...]:
    """In decimals, so that 0.1:0.5:0.1 has 0.3 in it."""
    start, stop, step = (Decimal(repr(part)) for part in sweep)
    count = int((stop - start) / step) + 1
    if count > STEPS:
        raise WrongOption(f"--param {name}: a range of {count} values: at most {STEPS}")
    return tuple(float(start + step * i) for i in range(count))
