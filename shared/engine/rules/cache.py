"""What was computed on a market, for all who ask for the same again."""

from collections.abc import Callable

from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.tree import Call, Comparing, Joined, Node, Not
from shared.engine.rules.frames import Frames, Market
from shared.engine.rules.masks import Mask
from shared.engine.rules.series import Axis, Series

OF_READER = {"bars_since", "value_when", "rank"}  # beside conditions
Computed = Series | Mask | tuple[Series, ...]
Reader = tuple[str, tuple[str, ...]]  # the symbol that decides, and the universe it ranks in
Key = tuple[Node, Axis, Reader | None]


class Cache:
    """Shared between the rules of a strategy, and between strategies that only differ in their parameters.

    `enough`: an indicator that needs more bars than there are is refused; without it, it is undefined.
    """

    def __init__(self, market: Market, *, enough: bool = True) -> None:
        self.frames = Frames(market)
        self.enough = enough
        self._kept: dict[Key, Computed] = {}
        self._of_reader: dict[Node, bool] = {}

    def of_reader(self, node: Node) -> bool:
        """Whether it is decided on the bars of the symbol that reads it, whichever symbol it is about."""
        if node not in self._of_reader:
            own = isinstance(node, Comparing | Joined | Not) or (
                isinstance(node, Call) and (FUNCTIONS[node.name].gives == "truth" or node.name in OF_READER)
            )
            self._of_reader[node] = own or any(self.of_reader(child) for child in node.children)
        return self._of_reader[node]

    def kept(self, node: Node, axis: Axis, reader: Reader, compute: Callable[[], Computed]) -> Computed:
        key = (node, axis, reader if self.of_reader(node) else None)
        if key not in self._kept:
            self._kept[key] = compute()
        return self._kept[key]
