"""One plan again and again, by other rules: nothing is read anew, and only what figures ask for is kept."""

import numpy as np

from shared.engine.bars import Integers
from shared.engine.kernel.folding import Folded
from shared.engine.kernel.reading import read, take_rules
from shared.engine.kernel.search import Search
from shared.engine.outcome import Brief
from shared.engine.plan import Plan, Side


class Repeated:
    """Of a plan of one symbol whose entries are never halted."""

    def __init__(self, plan: Plan, ends: Integers) -> None:
        """`ends`: the last bar of each day."""
        self._stepper = read(plan)
        self._search = Search(self._stepper)
        self._cash = self._stepper.account.cash
        self._folded = Folded(np.asarray(self._stepper.first.worths), ends, self._cash)
        self._stepper.curve = self._folded

    def run(self, long: Side, short: Side) -> Brief:
        stepper, folded, records = self._stepper, self._folded, self._stepper.records
        take_rules(stepper.first, long, short)
        stepper.begin(self._cash)
        folded.begin()
        self._search.to_end()
        stepper.finish()
        folded.conclude()
        return Brief(
            initial=self._cash,
            final=stepper.final(),
            equity=folded.day_row.copy(),
            left=folded.left,
            exposed=folded.exposed,
            bars=len(stepper.time),
            pnl=records.whole_columns[6, : records.length].copy(),
        )
