"""What combinations share, within a bound: what was not asked for the longest is forgotten first."""

from collections import OrderedDict
from collections.abc import Callable, Iterable

from functions.strategy.sweeping.space import TILE
from shared.engine.language.tree import Node
from shared.engine.rules.cache import Cache, Computed, Key
from shared.engine.rules.frames import Market
from shared.engine.rules.masks import Mask, Relation
from shared.engine.rules.series import Series, Standing

BYTES = 128 << 20  # at most, whatever is asked for


class BoundedCache(Cache):
    def __init__(self, market: Market, *, most: int = BYTES) -> None:
        super().__init__(market)
        self._bound = self._most = most
        self._made = self._largest = 0  # bytes: for the plan that is being made, for the one that took most
        self._size = 0
        self._recent: OrderedDict[Key, Computed] = OrderedDict()

    def expect(self, nodes: Iterable[Node]) -> None:
        """Of a tile that is walked row by row, the next row asks for a row and one column of it again."""
        super().expect(nodes)
        if self._made > self._largest:
            self._largest = self._made
            self._bound = min(self._most, (TILE + 1) * self._largest)
        self._made = 0

    def _held(self, key: Key, compute: Callable[[], Computed]) -> Computed:
        computed = self._recent.get(key)
        if computed is not None:
            self._recent.move_to_end(key)
            return computed
        computed = self._recent[key] = compute()
        took = size(computed)
        self._made += took
        self._size += took
        while self._size > self._bound and len(self._recent) > 1:
            self._size -= size(self._recent.popitem(last=False)[1])
        return computed


def size(computed: Computed) -> int:
    if isinstance(computed, Series):
        return int(computed.values.nbytes)
    if isinstance(computed, Standing):
        return sum(int(row.nbytes) for row in computed.rows)
    if isinstance(computed, Mask | Relation):
        return sum(int(words.nbytes) for words in computed[:-1])
    return sum(int(series.values.nbytes) for series in computed)
