"""What a run carries from one bar to the next, taken out and put back: to go on when more bars have come."""

from typing import Any, NamedTuple

import numpy as np

from shared.engine.kernel.reading import read
from shared.engine.kernel.stepper import Stepper
from shared.engine.plan import Plan

ACCOUNT = ("cash", "turnover", "turnovers", "fills", "digest", "ruined")
POSITION = (
    *("lots", "cost", "fees", "price", "entry_row", "entry_at", "entries", "largest", "done"),
    *("stop", "trail", "best"),
)
ORDERS = (
    *("leave", "enter", "signal", "planned", "left_row"),
    *("resting", "level", "resting_signal", "until", "rung", "parts"),
)
HALTS = ("first", "period", "on")
State = tuple[Any, ...]


class Carried(NamedTuple):
    at: int  # bars of the run that are worked off
    account: State
    symbols: tuple[State, ...]  # row, position, targets, orders
    halts: State
    trades: tuple[Any, Any]
    refused: Any
    doubted: Any


def carried(stepper: Stepper) -> Carried:
    records, halts = stepper.records, stepper.halts
    return Carried(
        at=stepper.at,
        account=_taken(stepper.account, ACCOUNT),
        symbols=tuple(
            (
                desk.row,
                _taken(desk.position, POSITION),
                tuple(desk.position.targets),
                _taken(desk.orders, ORDERS),
            )
            for desk in stepper.desks
        ),
        halts=(halts.last, *(tuple(getattr(halts, name)) for name in HALTS)),
        trades=(
            records.whole_columns[:, : records.length].copy(),
            records.price_columns[:, : records.length].copy(),
        ),
        refused=records.refused.copy(),
        doubted=records.doubted.copy(),
    )


def resumed(plan: Plan, state: Carried) -> Stepper:
    """The plan's bars begin as those before did; its rules and prices on them are what they were."""
    stepper = read(plan)
    stepper.at = state.at
    _put(stepper.account, ACCOUNT, state.account)
    for desk, (row, position, targets, orders) in zip(stepper.desks, state.symbols, strict=True):
        desk.row = row
        _put(desk.position, POSITION, position)
        desk.position.targets[:] = np.array(targets)
        _put(desk.orders, ORDERS, orders)
        if row >= 0:
            desk.mark_at_close()
    stepper.halts.last = state.halts[0]
    for name, values in zip(HALTS, state.halts[1:], strict=True):
        getattr(stepper.halts, name)[:] = np.array(values, dtype=np.int64)
    for whole, prices in zip(*(columns.T for columns in state.trades), strict=True):
        row = stepper.records.next()
        stepper.records.whole_columns[:, row], stepper.records.price_columns[:, row] = whole, prices
    stepper.records.refused[:] = state.refused
    stepper.records.doubted[:] = state.doubted
    if state.at > 0:
        stepper.curve.close(state.at - 1, stepper.account.equity(), False)
    return stepper


def _taken(of: object, names: tuple[str, ...]) -> State:
    return tuple(getattr(of, name) for name in names)


def _put(into: object, names: tuple[str, ...], values: State) -> None:
    for name, value in zip(names, values, strict=True):
        setattr(into, name, value)
