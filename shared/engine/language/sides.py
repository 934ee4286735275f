"""What may differ between a long and a short position."""

from typing import NamedTuple

from shared.engine.language.tree import Node


class Sides(NamedTuple):
    """A rule or a price for each direction."""

    long: Node | None = None
    short: Node | None = None


NEITHER = Sides()
