"""Between the open and the close of a bar on finer ones: the same orders meet them, one after another."""

import cython

from shared.engine.kernel.closing import trail_by
from shared.engine.kernel.desk import Desk
from shared.engine.kernel.finer import Finer
from shared.engine.kernel.inside import meet, waits


def work_on_finer_bars(first: Desk) -> None:
    """By their time, at one time in the order of the symbols. A bar without finer ones comes whole."""
    desk: Desk | None = first
    while desk is not None:
        if desk.here:
            desk.finer.begin(desk.row)
            desk.resolved = not desk.finer.whole
        desk = desk.next
    if first.next is None and not waits(first):
        return
    time: cython.longlong = earliest(first)
    while time < never() and not first.account.beyond:
        _work_on(first, time)
        time = earliest(first)


def _work_on(first: Desk, time: cython.longlong) -> None:
    """Everyone's open is known before the first order is met, and all are met before a close is known."""
    desk: Desk | None = first
    while desk is not None:
        if next_of(desk) == time:
            arrive_at(desk)
        desk = desk.next
    desk = first
    while desk is not None:
        if next_of(desk) == time and not desk.account.beyond and waits(desk):
            meet(desk)
        desk = desk.next
    desk = first
    while desk is not None:
        if next_of(desk) == time and not desk.account.beyond:
            pass_on(desk)
        desk = desk.next


def never() -> cython.longlong:
    return 0x7FFFFFFFFFFFFFFF


def next_of(desk: Desk) -> cython.longlong:
    """When the next bar that its orders meet opens."""
    finer: Finer = desk.finer
    if finer.whole:
        return desk.time[desk.row]
    return finer.time[finer.at] if finer.at < finer.end else never()


def earliest(first: Desk) -> cython.longlong:
    desk: Desk | None = first
    time: cython.longlong = never()
    while desk is not None:
        if next_of(desk) < time:
            time = next_of(desk)
        desk = desk.next
    return time


def arrive_at(desk: Desk) -> None:
    finer: Finer = desk.finer
    if finer.whole:
        desk.inner_open = desk.open[desk.row]
        desk.inner_high, desk.inner_low = desk.high[desk.row], desk.low[desk.row]
    else:
        desk.inner_open = finer.open[finer.at]
        desk.inner_high, desk.inner_low = finer.high[finer.at], finer.low[finer.at]
    desk.since = desk.inner_open
    desk.inside = desk.targets_wait = False
    desk.mark_at(desk.inner_open)


def pass_on(desk: Desk) -> None:
    """The close of a finer bar; that of the last is the close of the bar itself."""
    finer: Finer = desk.finer
    if finer.whole:
        finer.whole = False
        return
    if finer.at + 1 < finer.end:
        desk.mark_at(finer.close[finer.at])
        if desk.terms.trailed and desk.position.lots != 0:
            trail_by(desk, desk.inner_high, desk.inner_low, finer.close[finer.at], desk.row - 1)
    finer.at += 1
