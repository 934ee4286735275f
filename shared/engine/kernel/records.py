"""What a run leaves behind: a row for each fill that closes, and what was refused, by why."""

from typing import Any

import cython
import numpy as np
from numpy.typing import NDArray

from shared.engine.kernel.views import view
from shared.engine.outcome import Trades

# Why an entry that was wanted is not made.
REFUSALS = (
    "no_cash",  # not one lot fits the buying power
    "less_than_a_lot",  # the size asks for less than one
    "stop_beyond_price",
    "undefined_price",  # of the entry, its stop, a target, a range
    "undefined_size",  # by a volatility that is not known yet, or 0
    "no_edge",  # Kelly bets nothing
    "no_volume",
    "no_price",  # slippage took all of it
    "not_reached",  # a limit or stop that rested to its end
    "max_open_positions",
    "cooldown",
    "halted",
    "missing_leg",  # a leg without a bar at that time
)
# Of exits: with another order of the bar's prices they would be others.
AMBIGUOUS = (
    "stop_or_target",  # both within the bar: the stop was filled
    "trailing_stop",  # the level may have moved before it was met
    "entry_bar",  # what the bar reached may have come before the entry
)
ROWS = 512  # that there is room for before more is needed
WHOLE = ("symbol", "side", "quantity", "entry_bar", "exit_bar", "commission", "pnl", "reason", "cost")


class Records:
    def __init__(self) -> None:
        self.length = 0
        self.whole_columns = np.empty((len(WHOLE), ROWS), dtype=np.int64)
        self.price_columns = np.empty((2, ROWS))
        self.refused = np.zeros(len(REFUSALS), dtype=np.int64)
        self.doubted = np.zeros(len(AMBIGUOUS), dtype=np.int64)
        self._look()

    def _look(self) -> None:
        self.whole = view(self.whole_columns)
        self.prices = view(self.price_columns)
        self.refusals = view(self.refused)
        self.doubts = view(self.doubted)

    def begin(self) -> None:
        self.length = 0
        self.refused[:] = self.doubted[:] = 0

    def next(self) -> cython.Py_ssize_t:
        """A free row."""
        if self.length == self.whole.shape[1]:
            self.whole_columns = _twice(self.whole_columns)
            self.price_columns = _twice(self.price_columns)
            self._look()
        self.length += 1
        return self.length - 1

    def refuse(self, why: cython.Py_ssize_t) -> None:
        self.refusals[why] += 1

    def doubt(self, why: cython.Py_ssize_t) -> None:
        self.doubts[why] += 1

    def pnl(self, row: cython.Py_ssize_t) -> cython.longlong:
        return self.whole[6, row]

    def trades(self) -> Trades:
        whole, prices = self.whole_columns[:, : self.length], self.price_columns[:, : self.length]
        return Trades(
            symbol=whole[0].astype(np.int32),
            side=whole[1].astype(np.int8),
            quantity=whole[2],
            entry_bar=whole[3],
            exit_bar=whole[4],
            entry_price=prices[0],
            exit_price=prices[1],
            commission=whole[5],
            pnl=whole[6],
            reason=whole[7].astype(np.int8),
            cost=whole[8],
        )

    def rejected(self) -> dict[str, int]:
        return {why: int(count) for why, count in zip(REFUSALS, self.refused, strict=True) if count}

    def ambiguous(self) -> dict[str, int]:
        return {why: int(count) for why, count in zip(AMBIGUOUS, self.doubted, strict=True) if count}


def _twice(columns: NDArray[Any]) -> NDArray[Any]:
    """With room for as many rows again."""
    return np.concatenate([columns, np.empty_like(columns)], axis=1)
