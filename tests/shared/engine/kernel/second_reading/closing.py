"""What happens at the close, before anything is decided: carrying, trailing stops, the equity, halts."""

from datetime import UTC, datetime, timedelta

from tests.shared.engine.kernel.second_reading.books import Books, Desk
from tests.shared.engine.kernel.second_reading.doubting import trail_at_close
from tests.shared.engine.kernel.second_reading.money import rounded, said

YEAR = 365 * 86_400_000_000  # in µs
BAR = 3_600_000_000  # all bars here are hours


def close_bar(books: Books, desk: Desk) -> None:
    market, bar = desk.market, desk.bar
    desk.price, desk.rate = market.close[bar], market.closing_rates[bar]
    if desk.position:
        _carry(books, desk)
        trail_at_close(books, desk, bar)


def _carry(books: Books, desk: Desk) -> None:
    """Borrowing and funding, for the time since the close before (S41, S42)."""
    position, market, bar = desk.position, desk.market, desk.bar
    assert position
    time = BAR if position.bar == bar else market.time[bar] - market.time[bar - 1]
    rate = position.side * said(books.plan.costs.funding_rate)
    if position.side < 0:
        rate += said(books.plan.risk.borrow_rate)
    charge = rounded(rate * desk.value * time / YEAR)
    books.cash -= charge
    position.charges += charge


def halt(books: Books, time: int, equity: int) -> None:
    """S15: each loss is counted from the last close of the day, week, month before."""
    day = datetime.fromtimestamp(time // 1_000_000, UTC).date()
    periods = {
        "daily": day.toordinal(),
        "weekly": (day - timedelta(day.weekday())).toordinal(),
        "monthly": day.year * 12 + day.month,
    }
    before = books.equities[-1] if books.equities else books.initial
    for name, number in periods.items():
        loss = getattr(books.plan.risk.halt, name)
        if books.firsts.get(name, (None, 0))[0] != number:
            books.firsts[name] = (number, before)
            books.halted.discard(name)
        if loss is not None and equity <= (1 - said(loss)) * books.firsts[name][1]:
            books.halted.add(name)
