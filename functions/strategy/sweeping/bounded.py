"""What combinations share, within a bound: what was not asked for the longest is forgotten first."""

from collections import OrderedDict
from collections.abc import Callable

from shared.engine.rules.cache import Cache, Computed, Key
from shared.engine.rules.frames import Market
from shared.engine.rules.masks import Mask, Relation
from shared.engine.rules.series import Series

BYTES = 48 << 20


class BoundedCache(Cache):
    def __init__(self, market: Market, *, bytes_kept: int = BYTES) -> None:
        super().__init__(market)
        self._most = bytes_kept
        self._size = 0
        self._recent: OrderedDict[Key, Computed] = OrderedDict()

    def _held(self, key: Key, compute: Callable[[], Computed]) -> Computed:
        if key in self._recent:
            self._recent.move_to_end(key)
            return self._recent[key]
        computed = self._recent[key] = compute()
        self._size += size(computed)
        while self._size > self._most and len(self._recent) > 1:
            self._size -= size(self._recent.popitem(last=False)[1])
        return computed


def size(computed: Computed) -> int:
    if isinstance(computed, Series):
        return int(computed.values.nbytes)
    if isinstance(computed, Mask | Relation):
        return sum(int(words.nbytes) for words in computed[:-1])
    return sum(int(series.values.nbytes) for series in computed)
