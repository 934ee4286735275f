"""Between the open and the close: orders meet the bar, or the finer bars that it has (S47 to S50)."""

from tests.shared.engine.kernel.second_reading.books import Books, Desk
from tests.shared.engine.kernel.second_reading.doubting import trail_at_close
from tests.shared.engine.kernel.second_reading.inside import inside
from tests.shared.engine.kernel.second_reading.market import Inner


def meet_inner_bars(books: Books, here: list[Desk]) -> None:
    """By the time at which they open, at one time in the order of the plan (S50)."""
    inner = {id(desk): desk.market.inner[desk.bar] for desk in here}
    for time in sorted({each.time for bars in inner.values() for each in bars}):
        now = [(desk, each) for desk in here for each in inner[id(desk)] if each.time == time]
        for desk, each in now:
            desk.inner, desk.price, desk.moment = each, each.open, desk.moment + 1
        for desk, _ in now:
            inside(books, desk)
        for desk, each in now:
            if each is not inner[id(desk)][-1]:  # at the last one's, the bar itself closes
                _close(books, desk, each)


def _close(books: Books, desk: Desk, each: Inner) -> None:
    """A trailing stop moves by ranges of the last bar of the run that has closed (S48)."""
    desk.price = each.close
    if desk.position:
        trail_at_close(books, desk, desk.bar - 1)
