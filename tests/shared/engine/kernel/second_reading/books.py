"""What the account has: cash, a position of each symbol, and what was closed."""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from shared.engine.plan import Plan
from tests.shared.engine.kernel.second_reading.grid import check_fill
from tests.shared.engine.kernel.second_reading.market import Inner, Market
from tests.shared.engine.kernel.second_reading.money import part, said, worth

NOWHERE = Inner(0, 0.0, 0.0, 0.0, 0.0)


@dataclass
class Target:
    number: int  # in the order of the risk rules
    level: float
    share: float
    done: bool = False


@dataclass
class Position:
    side: int
    bar: int  # of its first fill
    row: int  # the same, of the run
    lots: int = 0
    largest: int = 0
    entries: int = 0
    paid: Fraction = Fraction(0)  # price × lots of what was bought, less the average of what was closed
    cost: int = 0  # S40
    charges: int = 0  # S40
    stop: float | None = None
    trail: float | None = None
    best: float | None = None  # the best price that was seen since the entry (S28)
    targets: list[Target] = field(default_factory=list)
    entered_inside: int = -1  # the moment in which the last fill was inside (S28)

    @property
    def average(self) -> float:
        return float(self.paid / self.lots)


@dataclass
class Rungs:
    """What the parts of a ladder have in common (S25)."""

    count: int
    lots: int | None = None  # of all of them, known when the first one fills


@dataclass
class Order:
    """An entry that was decided, and not yet made, or not all of it."""

    side: int
    signal: int  # the bar whose close gave it
    left: int | None = None  # lots; None until it is sized
    level: float | None = None  # of a limit or a stop
    until: int = 0  # the last bar in which that rests
    entered: bool = False  # a part of it has filled
    cut: bool = False  # the account could not carry all of it
    rung: int = 0
    rungs: Rungs = field(default_factory=lambda: Rungs(1))


@dataclass
class Desk:
    """What goes on with one symbol."""

    market: Market
    price: float = 0.0  # the last that is known
    rate: float = 1.0
    start: float = 0.0  # where the price begins for who holds the position: the open, or where it came in
    inner: Inner = NOWHERE  # the bar that its orders meet, itself or a finer one
    moment: int = 0  # counts these
    bar: int = -1
    position: Position | None = None
    leaving: str = ""  # why it is sold at the next open
    entering: Order | None = None  # at the next open
    resting: list[Order] = field(default_factory=list)
    last_exit: int | None = None
    taken: int = 0  # lots of this bar's volume

    def worth(self, lots: int, price: float) -> int:
        return worth(price, lots * self.market.lot, self.rate)

    @property
    def value(self) -> int:
        return self.worth(self.position.lots, self.price) if self.position else 0


class Trade(NamedTuple):
    symbol: int
    side: int
    lots: int
    entry_row: int
    exit_row: int
    entry_price: float
    exit_price: float
    commission: int
    pnl: int
    reason: str
    cost: int


@dataclass
class Books:
    plan: Plan
    desks: list[Desk]
    initial: int
    cash: int
    row: int = 0
    trades: list[Trade] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    ambiguous: Counter[str] = field(default_factory=Counter)
    equities: list[int] = field(default_factory=list)
    exposed: list[bool] = field(default_factory=list)
    fills: int = 0
    turnover: int = 0
    ended: str = ""
    halted: set[str] = field(default_factory=set)
    firsts: dict[str, tuple[int, int]] = field(default_factory=dict)  # of day, week and month (S15)

    @property
    def equity(self) -> int:
        return self.cash + sum(desk.position.side * desk.value for desk in self.desks if desk.position)

    @property
    def gross(self) -> int:
        return sum(desk.value for desk in self.desks)

    def buy(self, desk: Desk, side: int, lots: int, price: float, commission: int) -> Position:
        """Opens a position, or adds to it."""
        position = desk.position = desk.position or Position(side, desk.bar, self.row)
        value = desk.worth(lots, price)
        check_fill(self.cash - side * value - commission, position.cost + value)
        self.cash -= side * value + commission
        position.lots += lots
        position.largest = max(position.largest, position.lots)
        position.paid += said(price) * lots
        position.cost += value
        position.charges += commission
        self.fills, self.turnover = self.fills + 1, self.turnover + value
        return position

    def sell(self, desk: Desk, lots: int, price: float, commission: int, reason: str) -> None:
        """Closes a position, or a part of it (S40)."""
        position = desk.position
        assert position
        assert 0 < lots <= position.lots
        value, average = desk.worth(lots, price), position.average
        cost, charges = part(position.cost, lots, position.lots), part(position.charges, lots, position.lots)
        profit = position.side * (value - cost) - charges - commission
        check_fill(self.cash + position.side * value - commission, value, profit)
        self.cash += position.side * value - commission
        self.trades.append(
            Trade(
                desk.market.number,
                position.side,
                lots,
                position.row,
                self.row,
                average,
                price,
                charges + commission,
                profit,
                reason,
                cost,
            )
        )
        self.fills, self.turnover = self.fills + 1, self.turnover + value
        position.paid -= position.paid / position.lots * lots
        position.lots, position.cost = position.lots - lots, position.cost - cost
        position.charges -= charges
        if not position.lots:
            self._end(desk, position.side)

    @staticmethod
    def _end(desk: Desk, side: int) -> None:
        """What would have added to it goes with it (S26)."""
        desk.position, desk.leaving, desk.last_exit = None, "", desk.bar
        desk.resting = [order for order in desk.resting if order.side != side]
        if desk.entering and desk.entering.side == side:
            desk.entering = None
