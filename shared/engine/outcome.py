"""What a run did: its trades, its equity, and what it refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.engine.bars import Floats, Integers

REASONS = (
    "exit_rule",
    "reversal",
    "stop_loss",
    "take_profit",
    "trailing_stop",
    "time_stop",
    "liquidation",
    "end_of_data",
)
Ended = Literal["", "ruined", "beyond_the_grid"]


@dataclass(frozen=True)
class Trades:
    """A row for each fill that closes a position or a part of it, in the order of those fills."""

    symbol: NDArray[np.int32]  # an index into the outcome's symbols
    side: NDArray[np.int8]  # 1 long, -1 short
    quantity: Integers  # lots
    entry_bar: Integers  # of the first fill of the position: rows of the outcome's time
    exit_bar: Integers
    entry_price: Floats  # the average
    exit_price: Floats
    commission: Integers  # both ways, with borrowing and funding, in units of 1e-8
    pnl: Integers  # after commission
    reason: NDArray[np.int8]  # an index into REASONS
    cost: Integers  # what these lots were bought for, or sold short for, in units of 1e-8

    def __len__(self) -> int:
        return len(self.pnl)


class Outcome(NamedTuple):
    symbols: tuple[str, ...]
    lots: tuple[float, ...]  # the size of a lot of each
    time: Integers  # when each bar opens: every time at which any symbol has one
    equity: Floats  # at the close of each bar
    exposed: NDArray[np.bool_]  # whether a position is open at that close
    trades: Trades
    initial: int  # units of 1e-8, as the next
    final: int
    turnover: int  # the value of all fills
    fills: int
    digest: str  # over every fill and the state after it
    rejected: dict[str, int]  # entries that were wanted and not made, by why
    ended: Ended = ""  # before the data did
    ambiguous: Mapping[str, int] = {}  # exits that four prices do not tell, by why


class Brief(NamedTuple):
    """What figures ask of a run, where no more of it is kept."""

    initial: int  # units of 1e-8, as the next
    final: int
    equity: Floats  # at the end of each day
    left: float  # of a peak of the equity, at worst
    exposed: int  # bars at whose close a position was open
    bars: int
    pnl: Integers  # of each trade
