"""A whole run. Between the bars on which something can happen it fills in the equity, and no more."""

from shared.engine.costs import units
from shared.engine.kernel.curves import Rows
from shared.engine.kernel.reading import read
from shared.engine.kernel.search import Search
from shared.engine.kernel.stepper import Stepper
from shared.engine.outcome import Outcome
from shared.engine.plan import Plan


def run(plan: Plan) -> Outcome:
    stepper = read(plan)
    Search(stepper).to_end()
    return concluded(plan, stepper)


def run_every_bar(plan: Plan) -> Outcome:
    """The same, step by step: what `run` is measured by."""
    stepper = read(plan)
    bars = len(stepper.time)
    while not stepper.ended and stepper.at < bars:
        stepper.step()
    return concluded(plan, stepper)


def concluded(plan: Plan, stepper: Stepper) -> Outcome:
    stepper.finish()
    rows = stepper.curve
    assert isinstance(rows, Rows)
    account = stepper.account
    return Outcome(
        symbols=tuple(traded.bars.symbol for traded in plan.traded),
        lots=tuple(traded.instrument.lot for traded in plan.traded),
        time=stepper.time_row,
        equity=rows.equity_row,
        exposed=rows.exposed_row,
        trades=stepper.records.trades(),
        initial=units(plan.cash),
        final=stepper.final(),
        turnover=account.turnovers * 10**18 + account.turnover,
        fills=account.fills,
        digest=f"{account.digest:016x}",
        rejected=stepper.records.rejected(),
        ended="beyond_the_grid" if account.beyond else "ruined" if stepper.ended else "",
        ambiguous=stepper.records.ambiguous(),
    )
