"""What is decided at a bar's close, to be done at the next open or to rest."""

from tests.shared.engine.kernel.second_reading.books import Books, Desk, Order, Position
from tests.shared.engine.kernel.second_reading.protections import Undefined, known
from tests.shared.engine.kernel.second_reading.resting import expire, rungs
from tests.shared.engine.kernel.second_reading.working import holds


def decide(books: Books, desks: list[Desk]) -> None:
    """First every exit, then every entry, as at the open (S4): what is about to end is not counted (S14)."""
    signals = [(desk, _signal(desk)) for desk in desks]
    for desk, side in signals:
        expire(books, desk)
        _take_away(desk, side)
        if desk.position:
            _leave(books, desk, desk.position, side)
    for desk, side in signals:
        if side and _wants(books, desk, side):
            _order(books, desk, side)


def _signal(desk: Desk) -> int:
    """When both entries hold, neither does (S6)."""
    long, short = (holds(desk, desk.market.ways[side].enter) for side in (1, -1))
    return int(long) - int(short)


def _take_away(desk: Desk, side: int) -> None:
    """An exit's rule or an opposite entry takes an order away (S26), be it one that waits for volume."""

    def stays(order: Order) -> bool:
        return not holds(desk, desk.market.ways[order.side].leave) and order.side != -side

    desk.resting = [order for order in desk.resting if stays(order)]
    if desk.entering and not stays(desk.entering):
        desk.entering = None


def _leave(books: Books, desk: Desk, position: Position, side: int) -> None:
    held = position.side
    if side == -held and books.plan.entry.order == "market":
        desk.leaving = desk.leaving or "reversal"  # before the exit's rule (S8)
        return
    reason = _exit(books, desk, position)
    if reason:
        desk.leaving = desk.leaving or reason
        _keep(desk, -held)  # the position ends, and what would add to it goes with it


def _wants(books: Books, desk: Desk, side: int) -> bool:
    """An exit beats an entry of its own direction (S7), which adds as long as it may (S9)."""
    position = desk.position
    if position is None or side != position.side:
        return True
    return not desk.leaving and _may_add(books, position)


def _keep(desk: Desk, side: int) -> None:
    desk.resting = [order for order in desk.resting if order.side == side]
    if desk.entering and desk.entering.side != side:
        desk.entering = None


def _may_add(books: Books, position: Position) -> bool:
    return position.entries < books.plan.entry.pyramiding


def _exit(books: Books, desk: Desk, position: Position) -> str:
    if holds(desk, desk.market.ways[position.side].leave):
        return "exit_rule"
    held = desk.bar - position.bar
    limit = books.plan.risk.time_stop
    return "time_stop" if limit is not None and held >= limit else ""


def _order(books: Books, desk: Desk, side: int) -> None:
    if desk.entering and desk.entering.side == side:
        return  # it still waits for volume (S39)
    refused = _refused(books, desk)
    if refused:
        books.rejected[refused] += 1
        return
    order = Order(side, desk.bar)
    entry = books.plan.entry
    if entry.order == "market":
        desk.entering = order
        return
    order.level = desk.market.ways[side].limit[desk.bar]
    desk.resting = []  # the signal replaces what rests, even if it is refused itself (S26)
    order.until = desk.bar + entry.valid_bars
    try:
        known(desk.market.ways[side].limit, desk.bar)
        desk.resting = rungs(books, desk, order)
    except Undefined:  # its price, or the range of its step (S29)
        books.rejected["undefined_price"] += 1


def _refused(books: Books, desk: Desk) -> str:
    risk = books.plan.risk
    if books.halted:
        return "halted"
    if desk.last_exit is not None and desk.bar < desk.last_exit + risk.cooldown:
        return "cooldown"
    if risk.max_open_positions is not None:
        others = [each for each in books.desks if each is not desk and _counts(each)]
        if len(others) >= risk.max_open_positions:
            return "max_open_positions"
    return ""


def _counts(desk: Desk) -> bool:
    """A position that is not about to end, or an entry that is ordered (S14)."""
    stays = bool(desk.position) and not desk.leaving
    return stays or desk.entering is not None or bool(desk.resting)
