"""Exits that a bar's four prices do not tell: in another order they would be others. They are counted."""

import cython

from shared.engine.kernel.account import Position
from shared.engine.kernel.desk import Desk
from shared.engine.kernel.fills import nearer, triggers
from shared.engine.kernel.leaving import target_now


def doubt_stop(desk: Desk, falling: cython.bint, stop: cython.double) -> None:
    """Of a stop that is about to fill; where the price began beyond it, nothing else came first."""
    if not nearer(falling, desk.since, stop):
        return
    number: cython.Py_ssize_t = target_now(desk)
    if number >= 0 and triggers(not falling, desk.position.targets[number], desk.inner_high, desk.inner_low):
        desk.records.doubt(0)
    elif desk.terms.trailed and may_have_moved(desk, falling, stop):
        desk.records.doubt(1)
    elif desk.inside and desk.terms.order == 2 and desk.since != desk.inner_open:
        desk.records.doubt(2)


def may_have_moved(desk: Desk, falling: cython.bint, stop: cython.double) -> cython.bint:
    """Whether the bar's best price, had it come first, would have drawn the stop nearer."""
    position: Position = desk.position
    side: cython.longlong = position.side()
    best: cython.double = desk.inner_high if side > 0 else desk.inner_low
    if side * (best - position.best) <= 0.0:
        return False
    moved: cython.double = desk.trail.from_price(best, -side, desk.row - 1)
    return moved == moved and nearer(falling, moved, stop)


def doubt_waiting(desk: Desk) -> None:
    """Of a target that waits in the bar of its entry, and that this bar reaches."""
    if desk.position.lots == 0:
        return
    number: cython.Py_ssize_t = target_now(desk)
    falling: cython.bint = desk.position.lots < 0
    if number >= 0 and triggers(falling, desk.position.targets[number], desk.inner_high, desk.inner_low):
        desk.records.doubt(2)
