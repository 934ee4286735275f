"""Whatever a file of rules says that is accepted: it runs, its books are right, and it can be shown."""

import csv
import io
import json
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from functions.strategy import library, trades
from functions.strategy.asking import Market, prepared
from functions.strategy.pages import page
from functions.strategy.result import result
from functions.strategy.running import Run, run
from shared.engine.kernel.run import run_every_bar
from shared.engine.language import LanguageError, read_strategy
from shared.engine.rules import DataError
from tests.functions.strategy.random_strategies import Writer
from tests.shared.engine.kernel.make import same

DAYS = st.sets(st.sampled_from(sorted((library.DATA / "1d").glob("*.csv"))), min_size=1).map(sorted)
FILES = DAYS | st.sampled_from([[library.DATA / timeframe / "EURUSD.csv"] for timeframe in ("1h", "5m")])


@settings(max_examples=60)
@given(st.integers(0, 2**32), FILES)
def test_any_strategy_runs_to_its_end_and_is_shown(seed: int, files: list[Path]) -> None:
    done = ran(seed, files)
    outcome = done.outcome
    same(outcome, run_every_bar(done.plan))
    if outcome.ended != "beyond_the_grid":
        assert outcome.final - outcome.initial == sum(outcome.trades.pnl.tolist())
    told = json.loads(json.dumps(result(done), allow_nan=False))
    assert told["metrics"]["trade_count"] == len(told["trades"]) == len(outcome.trades)
    written = io.StringIO()
    trades.write(done, written)
    rows = list(csv.DictReader(written.getvalue().splitlines()))
    assert [row["pnl"] for row in rows] == [trade["pnl"] for trade in told["trades"]]
    assert page(done, "en" if seed % 2 else "es").endswith("</html>\n")


def ran(seed: int, files: list[Path]) -> Run:
    """Another one where it is refused: the position has no history, or there is no series in a call."""
    writer = Writer(seed, files[0].parent.name, [path.stem for path in files])
    try:
        definition = read_strategy(writer.strategy())
        task, notes = prepared(definition, Market([str(path) for path in files]), writer.terms())
        return run(task, notes=notes)
    except (LanguageError, DataError):
        assume(False)
        raise
