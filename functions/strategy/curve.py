"""The equity of a run, a row for each time at which any symbol has a bar."""

import csv
from typing import TextIO

from functions.strategy.running import Run
from functions.strategy.written import instants

FIELDS = ("timestamp", "equity", "in_position")


def write(run: Run, out: TextIO) -> None:
    """As it is at the close of the bar that opens then; 1 where a position is open at that close."""
    outcome = run.outcome
    table = csv.writer(out, lineterminator="\n")
    table.writerow(FIELDS)
    exposed = outcome.exposed.astype(int).tolist()
    table.writerows(zip(instants(outcome.time), outcome.equity.tolist(), exposed, strict=True))
