"""An entry that has come to its fill: sized, checked, and made."""

from tests.shared.engine.kernel.second_reading import protections
from tests.shared.engine.kernel.second_reading.books import Books, Desk, Order
from tests.shared.engine.kernel.second_reading.grid import check
from tests.shared.engine.kernel.second_reading.money import said
from tests.shared.engine.kernel.second_reading.prices import commission, slipped
from tests.shared.engine.kernel.second_reading.sizes import Refused, most, wanted

MARKET, LIMIT, STOP = "market", "limit", "stop"


def enter(books: Books, desk: Desk, order: Order, price: float, kind: str, room: int | None = None) -> None:
    """Fills the order at this price, or counts why not. `room`: the lots that the bar gives (S39)."""
    known = desk.price
    try:
        lots = _lots(books, desk, order, price, kind)
        if room is not None and not room and not order.entered:
            raise Refused("no_volume")
        given = lots if room is None else min(lots, room)
        desk.price = known
        if given:
            check(books)  # here the account is asked (S45)
        fill = desk.price = fill_price(books, desk, order, price, kind, given)
        made = _carried(books, desk, fill, kind, given)
        if (not made or fill <= 0) and not order.entered:
            raise Refused("no_cash")  # also where the impact takes all of the price
        _check_average(books, desk, order, fill, made)
    except protections.Undefined:
        books.rejected["undefined_price"] += 1
        return
    except Refused as why:
        order.left = 0
        if not order.entered:  # the rest of an entry is no new entry (S39)
            books.rejected[str(why)] += 1
        return
    finally:
        desk.price = known
    order.left = lots - made if made == given else 0
    order.cut = made < given
    if made:
        _fill(books, desk, order, fill, kind, made)


def fill_price(books: Books, desk: Desk, order: Order, price: float, kind: str, lots: int) -> float:
    if kind == LIMIT:
        return price
    return slipped(books.plan, desk.market, desk.bar, price, order.side, lots)


def _lots(books: Books, desk: Desk, order: Order, price: float, kind: str) -> int:
    """What it asks for, after all that can be refused before the account is asked."""
    if order.left is not None:
        return order.left
    if order.rungs.lots is not None:
        return _part(order)
    fill = fill_price(books, desk, order, price, kind, 0)
    plan, market, side, signal = books.plan, desk.market, order.side, order.signal
    if fill <= 0:
        raise Refused("no_price")  # slippage took all of it (S33)
    stop = protections.stop_of(plan, market, side, signal, fill)
    if stop is not None and side * (fill - stop) <= 0:
        raise Refused("stop_beyond_price")
    protections.targets_of(plan, market, side, signal, fill)
    protections.trail_from_fill(plan, market, side, signal, fill, None)

    def pay(lots: int) -> int:
        return desk.worth(lots, fill) + commission(plan, desk, lots, fill, maker=kind == LIMIT)

    desk.price = fill
    lots = wanted(books, desk, order.signal, fill, stop, books.equity, pay)
    if not lots:
        raise Refused("less_than_a_lot")
    order.rungs.lots = lots
    return _part(order)


def _part(order: Order) -> int:
    """Equal parts; what does not divide goes to the first ones (S25)."""
    assert order.rungs.lots is not None
    whole, rest = divmod(order.rungs.lots, order.rungs.count)
    return whole + int(order.rung < rest)


def _check_average(books: Books, desk: Desk, order: Order, fill: float, lots: int) -> None:
    """The stop is set anew from the average (S9), and may lie beyond the price of what is added (S29)."""
    position = desk.position
    if not position or not lots:
        return
    average = float((position.paid + said(fill) * lots) / (position.lots + lots))
    stop = protections.stop_of(books.plan, desk.market, order.side, order.signal, average)
    if stop is not None and order.side * (fill - stop) <= 0:
        raise Refused("stop_beyond_price")


def _carried(books: Books, desk: Desk, fill: float, kind: str, lots: int) -> int:
    """What fits: all positions are worth at most leverage × equity, the commission paid (S38).

    The price is that of all that was asked for: an order that is reduced does not slip less.
    """
    leverage = said(books.plan.risk.leverage.most)
    equity, gross = books.equity, books.gross

    def fits(lots: int) -> bool:
        paid = commission(books.plan, desk, lots, fill, maker=kind == LIMIT)
        return gross + desk.worth(lots, fill) <= leverage * (equity - paid)

    return most(lots, fits)


def _fill(books: Books, desk: Desk, order: Order, fill: float, kind: str, lots: int) -> None:
    paid = commission(books.plan, desk, lots, fill, maker=kind == LIMIT)
    position = books.buy(desk, order.side, lots, fill, paid)
    if not order.entered:
        position.entries += 1
    order.entered = True
    desk.taken += lots
    protect(books, desk, order, fill)


def protect(books: Books, desk: Desk, order: Order, fill: float) -> None:
    """Stop and targets are set anew from the average (S9)."""
    position = desk.position
    assert position
    plan, market, average = books.plan, desk.market, position.average
    position.stop = protections.stop_of(plan, market, order.side, order.signal, average)
    done = {target.number for target in position.targets if target.done}
    position.targets = protections.targets_of(plan, market, order.side, order.signal, average)
    for target in position.targets:
        target.done = target.number in done
    position.trail = protections.trail_from_fill(plan, market, order.side, order.signal, fill, position)
    if position.best is None:  # of the fills, the first alone counts as a price that was seen (S28)
        position.best = fill
