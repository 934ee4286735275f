"""Which combination is the best, by whichever figure."""

import numpy as np
import pytest

from functions.strategy import remarks
from functions.strategy.errors import WrongOption
from functions.strategy.report.sweep import ranked
from functions.strategy.sweeping import result as of_sweep
from functions.strategy.sweeping import space_of, sweep
from shared.engine.costs import Costs
from shared.engine.language import read_strategy
from shared.engine.metrics import LESS_IS_BETTER
from tests.functions.strategy.make import MOMENTUM
from tests.functions.strategy.sweeping.make import DEFINITION, TASK, bars_of, swept


def test_the_best_is_the_best() -> None:
    found = swept(objective="profit_factor")
    values = found.figures["profit_factor"]
    assert found.order[0] == int(np.nanargmax(values))
    assert list(values[list(found.order)]) == sorted(values, reverse=True)
    assert found.best.metrics["profit_factor"] == values.max()
    assert found.best.task.definition.values == found.space.point(found.order[0])


def test_an_undefined_objective_is_never_best() -> None:
    flat = TASK._replace(market=(bars_of((100.0,) * 50),))
    _, space = space_of(DEFINITION, [])
    sentence = (
        "--objective: it is undefined for each of 12 combinations; of the first that ran: "
        "no trade was made: its entry was true on none of 50 bars"
    )
    with pytest.raises(WrongOption, match=sentence):
        sweep(flat, space, processes=1)
    once = TASK._replace(market=(bars_of(tuple(100.0 + i for i in range(50))),))
    with pytest.raises(WrongOption, match=r"--objective: it is undefined for each of 12 combinations$"):
        sweep(once, space, processes=1, objective="sqn")
    held = read_strategy(MOMENTUM.replace("close < close[$wait]", "$wait == 1 and close < close[1]"))
    task, space = TASK._replace(definition=held), space_of(held, ["wait=1,2"])[1]
    found = sweep(task, space, processes=1, objective="sqn")
    assert (found.order, found.figures["trade_count"][1]) == ((0,), 1)
    assert tuple(map(remarks.told, found.warnings)) == ("the objective is undefined for 1 of 2 combinations",)


@pytest.mark.parametrize("objective", ["sharpe_ratio", "volatility", "max_drawdown", "total_return"])
def test_who_never_trades_is_not_compared(objective: str) -> None:
    rising = read_strategy(
        MOMENTUM.replace("close > close[$look]", "close > close[$look] + $look * 1e6 - 1e6")
    )
    task, space = TASK._replace(definition=rising), space_of(rising, ["look=1,2"])[1]
    found = sweep(task, space, processes=1, objective=objective)
    assert (found.order, found.figures["trade_count"][1]) == ((0,), 0)
    said = "1 of 2 combinations never traded, and were not compared"
    assert tuple(map(remarks.told, found.warnings)) == (said,)


@pytest.mark.parametrize(
    ("objective", "sentence"),
    [
        ("sharpe", "--objective: unknown figure `sharpe`, did you mean `sharpe_ratio`?"),
        ("monthly_returns", "--objective: `monthly_returns` is no number"),
        ("max_drawdown_from", "--objective: `max_drawdown_from` is no number"),
    ],
)
@pytest.mark.parametrize("processes", [1, 2])
def test_an_objective_is_a_figure(objective: str, sentence: str, processes: int) -> None:
    with pytest.raises(WrongOption) as refused:
        swept(processes, objective=objective)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("objective", sorted(LESS_IS_BETTER))
def test_any_figure_may_be_the_objective_and_of_a_volatility_the_least_is_best(objective: str) -> None:
    _, space = space_of(DEFINITION, [])
    found = sweep(TASK._replace(costs=Costs(taker=0.001)), space, objective=objective, processes=1)
    values = found.figures[objective]
    assert list(values[list(found.order)]) == sorted(values)
    assert found.best.metrics[objective] == values.min() < values.max()
    shown = [row["metrics"][objective] for row in of_sweep.result(found)["best"]]
    assert shown == sorted(shown)


def test_the_page_ranks_as_the_sweep_does() -> None:
    for objective in ("volatility", "max_drawdown", "profit_factor"):
        found = swept(objective=objective)
        assert ranked(found.figures[objective], objective) == list(found.order)
