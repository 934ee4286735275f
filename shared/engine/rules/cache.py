"""What was computed on a market, for all who ask for the same again."""

from collections import Counter
from collections.abc import Callable, Iterable

from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.tree import Call, Comparing, Comparison, Joined, Node, Not, Part
from shared.engine.rules.frames import Frames, Market
from shared.engine.rules.masks import Mask, Relation
from shared.engine.rules.series import Axis, Series, Standing

CROSSINGS: dict[str, Comparison] = {"crosses_above": ">", "crosses_below": "<"}
OF_READER = {"bars_since", "value_when", "rank"}  # beside conditions
Computed = Series | Mask | Relation | tuple[Series, ...] | Standing
Reader = tuple[str, tuple[str, ...]]  # the symbol that decides, and the universe it ranks in
Key = tuple[Part, Axis, Reader | None]


class Related(Part):
    """Two that are compared, in whichever ways: no part of a rule, but what several of its parts read."""

    __slots__ = ()

    def __init__(self, left: Node, right: Node) -> None:
        self.place = None
        self.children, self.says = (left, right), (Related, left.says, right.says)


class Cache:
    """Shared between the rules of a strategy, and between strategies that only differ in their parameters.

    `enough`: an indicator that needs more bars than there are is refused; without it, it is undefined.
    """

    def __init__(self, market: Market, *, enough: bool = True) -> None:
        self.frames = Frames(market)
        self.enough = enough
        self._alone = len(self.frames.market) == 1  # there is one who reads
        self._kept: dict[Key, Computed] = {}
        self._of_reader: dict[Part, bool] = {}

    def of_reader(self, node: Part) -> bool:
        """Whether it is decided on the bars of the symbol that reads it, whichever symbol it is about."""
        if node not in self._of_reader:
            own = isinstance(node, Comparing | Joined | Not | Related) or (
                isinstance(node, Call) and (FUNCTIONS[node.name].gives == "truth" or node.name in OF_READER)
            )
            self._of_reader[node] = own or any(self.of_reader(child) for child in node.children)
        return self._of_reader[node]

    def expect(self, nodes: Iterable[Node]) -> None:
        """What a plan is going to ask for. Where several are made, the next one may ask for it again."""
        self._of_reader.clear()  # the next one has other nodes

    def kept(self, node: Part, axis: Axis, reader: Reader, compute: Callable[[], Computed]) -> Computed:
        own = not self._alone and self.of_reader(node)
        return self._held((node, axis, reader if own else None), compute)

    def standing(
        self, node: Node, axis: Axis, universe: tuple[str, ...], compute: Callable[[], Standing]
    ) -> Standing:
        """Of all of a universe: the same for whoever reads where it stands in it, where none decides."""
        if self.of_reader(node):
            return compute()
        of = self._held((node, axis, ("", universe)), compute)
        assert isinstance(of, Standing)
        return of

    def _held(self, key: Key, compute: Callable[[], Computed]) -> Computed:
        if key not in self._kept:
            self._kept[key] = compute()
        return self._kept[key]


class PassingCache(Cache):
    """Of one plan: values are let go of when all that was expected has asked for them.

    A million of them are 8 MB, and new memory is handed out page by page: the next values take the same.
    """

    def __init__(self, market: Market) -> None:
        super().__init__(market)
        self._expected: Counter[Part] = Counter()
        self._left: dict[Key, int] = {}

    def expect(self, nodes: Iterable[Node]) -> None:
        """A part is asked for once by each different whole. Of several symbols, each may read the others'."""
        if self._alone:
            for node in nodes:
                self._count(node)

    def _count(self, node: Part) -> None:
        self._expected[node] += 1
        if self._expected[node] == 1:
            for part in _asked_for(node):
                self._count(part)

    def _held(self, key: Key, compute: Callable[[], Computed]) -> Computed:
        computed = super()._held(key, compute)
        if not isinstance(computed, Mask | Relation) and key[0] in self._expected:
            self._left[key] = self._left.get(key, self._expected[key[0]]) - 1
            if self._left[key] == 0:
                del self._kept[key]
        return computed


def _asked_for(node: Part) -> tuple[Part, ...]:
    if isinstance(node, Comparing) or (isinstance(node, Call) and node.name in CROSSINGS):
        left, right = node.children
        return (Related(left, right),)
    return node.children
