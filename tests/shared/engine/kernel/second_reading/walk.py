"""Every bar: the open (exits, then entries), inside the bar, the close, decisions."""

from shared.engine.plan import Plan
from tests.shared.engine.kernel.second_reading.books import Books, Desk
from tests.shared.engine.kernel.second_reading.closing import close_bar, halt
from tests.shared.engine.kernel.second_reading.deciding import decide
from tests.shared.engine.kernel.second_reading.grid import BeyondTheGrid, check, stay
from tests.shared.engine.kernel.second_reading.inner import meet_inner_bars
from tests.shared.engine.kernel.second_reading.leaving import leave_at_market
from tests.shared.engine.kernel.second_reading.legs import Basket, basket_of, decide_legs, enter_legs
from tests.shared.engine.kernel.second_reading.market import market
from tests.shared.engine.kernel.second_reading.money import units
from tests.shared.engine.kernel.second_reading.opening import entries, exits, open_bar


def walk(plan: Plan) -> Books:
    desks = [Desk(market(number, traded)) for number, traded in enumerate(plan.traded)]
    books = Books(plan, desks, units(plan.cash), units(plan.cash))
    basket = basket_of(plan, desks)
    times = sorted({time for desk in desks for time in desk.market.time})
    for row, time in enumerate(times):
        books.row = row
        here = [desk for desk in desks if time in desk.market.row_of]
        try:
            _bar(books, here, time, basket, last=row == len(times) - 1)
        except BeyondTheGrid:
            stay(books, len(times))
            break
    return books


def _bar(books: Books, here: list[Desk], time: int, basket: Basket | None, *, last: bool) -> None:
    for desk in here:
        open_bar(desk, desk.market.row_of[time])
    exits(books, here)
    if basket:
        enter_legs(books, basket, here)
    else:
        entries(books, here)
    meet_inner_bars(books, here)
    for desk in here:
        close_bar(books, desk)
    check(books)
    equity = books.equity
    books.exposed.append(any(desk.position for desk in books.desks))
    if not books.ended:
        halt(books, time, equity)
        if equity <= 0:
            _ruin(books)
        elif basket:
            decide_legs(books, basket, here)
        else:
            decide(books, here)
    books.equities.append(equity)
    if last:
        _end(books)
        books.equities[-1] = books.equity


def _ruin(books: Books) -> None:
    """Everything is sold at the next open, and nothing is bought (S44)."""
    books.ended = "ruined"
    for desk in books.desks:
        desk.leaving, desk.entering, desk.resting = "liquidation", None, []


def _end(books: Books) -> None:
    """What is open is closed at the last close, as a market order (S3)."""
    for desk in books.desks:
        if desk.position:
            books.ended = ""  # there was no open at which all could be sold (S44)
            leave_at_market(books, desk, desk.position.lots, desk.price, "end_of_data")
