"""A sweep gives what each of its runs alone would, however many work at it."""

import csv
import json
import math
import multiprocessing
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from functions.strategy import library, remarks
from functions.strategy.cli import app
from functions.strategy.errors import WrongOption
from functions.strategy.files import Source, load
from functions.strategy.running import Task, run
from functions.strategy.sweeping import result as of_sweep
from functions.strategy.sweeping import space_of, sweep
from functions.strategy.sweeping.sharing import tried
from functions.strategy.sweeping.trying import Trial, Work, rectangle
from shared.engine.costs import Costs
from shared.engine.language import read_strategy, with_parameters
from tests.functions.strategy.make import MOMENTUM, file, hourly, strategy
from tests.functions.strategy.sweeping.make import DEFINITION, TASK, WALK, bars_of, swept


def test_each_combination_is_what_its_run_alone_is() -> None:
    found = swept()
    for index in range(len(found.space)):
        alone = run(TASK._replace(definition=with_parameters(DEFINITION, found.space.point(index))))
        for name, column in found.figures.items():
            value = alone.metrics[name]
            assert (math.isnan(column[index]) and value is None) or column[index] == value


def test_so_it_is_beyond_a_risk_free_rate() -> None:
    task = TASK._replace(risk_free=0.1)
    _, space = space_of(DEFINITION, [])
    found = sweep(task, space, processes=1)
    for index in range(len(space)):
        alone = run(task._replace(definition=with_parameters(DEFINITION, space.point(index))))
        assert found.figures["sharpe_ratio"][index] == alone.metrics["sharpe_ratio"]
    without = swept()
    assert (found.figures["sharpe_ratio"] < without.figures["sharpe_ratio"]).all()
    assert found.overfitting["deflated_sharpe_ratio"] < without.overfitting["deflated_sharpe_ratio"]


def test_on_candles_that_were_traded_each_combination_is_what_its_run_alone_is() -> None:
    definition = library.read("sma_cross")
    market = load([Source(path) for path in library.sample(definition)]).market
    task = Task(definition, market, 10_000.0, Costs(taker=0.001))
    definition, space = space_of(definition, ["fast=10,20", "slow=50,100"])
    found = sweep(task, space, processes=1)
    for index in range(len(space)):
        alone = run(task._replace(definition=with_parameters(definition, space.point(index))))
        assert {name: column[index] for name, column in found.figures.items()} == {
            name: alone.metrics[name] for name in found.figures
        }


def test_a_process_that_is_ended_from_outside_ends_the_sweep_with_a_sentence() -> None:
    _, space = space_of(DEFINITION, ["look=1:50:1", "wait=1:50:1"])

    def all_of_it() -> None:
        for _ in tried(Work(TASK, space, "sharpe_ratio"), processes=2):
            for child in multiprocessing.active_children():
                child.kill()

    with pytest.raises(WrongOption, match="ended from outside"):
        all_of_it()


def test_of_a_sweep_that_is_broken_off_nobody_works_on() -> None:
    _, space = space_of(DEFINITION, ["look=1:50:1", "wait=1:50:1"])
    held = []  # as a traceback holds them

    def broken_off(trials: Iterable[Trial]) -> Iterator[Trial]:
        held.append(trials)
        yield next(iter(trials))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(TASK, space, processes=2, watch=broken_off)
    assert not multiprocessing.active_children()


@pytest.mark.parametrize(("processes", "method"), [(2, "fork"), (2, "spawn"), (3, "")])
def test_it_is_the_same_whoever_works_at_it(processes: int, method: str) -> None:
    alone, shared = swept(), swept(processes, method)
    assert {name: column.tobytes() for name, column in shared.figures.items()} == {
        name: column.tobytes() for name, column in alone.figures.items()
    }
    assert (shared.order, shared.overfitting) == (alone.order, alone.overfitting)
    assert shared.best.outcome.digest == alone.best.outcome.digest


def test_progress_is_told_trial_by_trial() -> None:
    seen: list[int] = []

    def watch(trials: Iterable[Trial]) -> Iterator[Trial]:
        for trial in trials:
            seen.append(trial.number)
            yield trial

    _, space = space_of(DEFINITION, [])
    sweep(TASK, space, processes=1, watch=watch)
    assert seen == list(range(12))


def test_what_cannot_be_run_is_counted_and_never_best() -> None:
    _, space = space_of(DEFINITION, ["look=2,3,20000"])
    found = sweep(TASK, space, processes=1)
    assert set(found.order) == {0, 1}
    ((why, count),) = found.failures.items()
    assert (count, "20000" in why) == (1, True)
    assert tuple(map(remarks.told, found.warnings)) == (
        f"1 of 3 combinations could not be run, mostly: {why}",
    )
    _, space = space_of(DEFINITION, ["look=20000,30000"])
    with pytest.raises(WrongOption, match=r"--param: none of 2 combinations could be run: entry\.long"):
        sweep(TASK, space, processes=1)


def test_what_one_should_doubt_of_the_best_is_told() -> None:
    _, space = space_of(DEFINITION, ["look=1,2"])
    found = sweep(TASK._replace(costs=Costs(taker=0.1)), space, processes=1, objective="total_return")
    assert (
        "of the best: the commission takes 10 % of each fill: 0.001 is 0.1 %"
        in of_sweep.result(found)["warnings"]
    )
    told = of_sweep.result(found)["remarks"]
    assert {
        "code": "of_the_best",
        "values": {"what": {"code": "dear_commission", "values": {"rate": 0.1}}},
    } in told
    spanish = [remarks.told(one, "es") for one in found.warnings]
    assert any(said.startswith("de la mejor: la comisión se lleva un 10 %") for said in spanish)


def test_luck_is_reckoned_with() -> None:
    told = swept().overfitting
    assert (told["trials"], told["probability_of_overfitting_trials"]) == (12, 12)
    assert 0 <= told["deflated_sharpe_ratio"] <= 1
    assert 0 <= told["probability_of_overfitting"] <= 1


@pytest.mark.parametrize(("room", "judged"), [(12, 12), (11, 11), (5, 5)])
def test_as_many_are_judged_as_there_is_room_for_on_however_many_symbols(
    monkeypatch: pytest.MonkeyPatch, room: int, judged: int
) -> None:
    days = math.ceil(len(WALK) / 24)
    monkeypatch.setattr(sys.modules[sweep.__module__], "RETURNS", room * 8 * days)
    market = tuple(replace(bars_of(WALK), symbol=symbol) for symbol in ("BTC", "ETH", "XRP"))
    _, space = space_of(DEFINITION, [])
    one, again = (sweep(TASK._replace(market=market), space, processes=count).overfitting for count in (1, 2))
    assert one["probability_of_overfitting_trials"] == judged
    assert one == again


def test_who_was_ruined_earned_nothing_from_then_on() -> None:
    table = rectangle([np.array([0.1, 0.2, 0.3]), np.array([-1.0])])
    assert table.tolist() == [[0.1, -1.0], [0.2, 0.0], [0.3, 0.0]]


def command(folder: Path, *words: str) -> tuple[int, str, str]:
    data = ("--data", str(file(folder, hourly(WALK[:700]))))
    ran = CliRunner().invoke(app, ["sweep", str(strategy(folder)), *data, *words])
    return ran.exit_code, ran.stdout, ran.stderr


def test_the_command_tells_the_best_and_the_map(tmp_path: Path) -> None:
    page, rows = tmp_path / "a.html", tmp_path / "a.csv"
    words = ("--param", "look=1:4", "--param", "wait=1:2", "--commission", "0.001")
    code, told, noise = command(tmp_path, *words, "--json", "--html", str(page), "--csv", str(rows))
    assert (code, noise) == (0, "")
    result = json.loads(told)
    assert (result["combinations"], result["objective"]) == (8, "sharpe_ratio")
    assert result["varied"] == {"look": [1, 2, 3, 4], "wait": [1, 2]}
    best = result["best"][0]
    cells = result["heat_map"]
    assert cells["rows"] == {"name": "look", "values": [1, 2, 3, 4]}
    flat = [value for row in cells["values"] for value in row]
    assert (len(flat), max(flat)) == (8, best["metrics"]["sharpe_ratio"])
    assert result["best_metrics"]["sharpe_ratio"] == best["metrics"]["sharpe_ratio"]
    with rows.open() as written:
        table = list(csv.DictReader(written))
    assert [(float(row["look"]), float(row["wait"])) for row in table][:3] == [(1, 1), (1, 2), (2, 1)]
    assert max(float(row["sharpe_ratio"]) for row in table) == max(flat)
    assert page.read_text().startswith("<!doctype html>")


def test_what_all_that_were_tried_have_in_common_is_told(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    words = ("--param", "look=1:4", "--param", "wait=1:2", "--where", "$look > $wait")
    code, told, _ = command(tmp_path, *words, "--json", "--html", str(page))
    result = json.loads(told)
    assert (code, result["combinations"], result["requires"]) == (0, 5, ["$look > $wait"])
    assert result["overfitting"]["trials"] == 5
    empty = [[value is None for value in row] for row in result["heat_map"]["values"]]
    assert empty == [[True, True], [False, True], [False, False], [False, False]]
    assert "$look &gt; $wait" in page.read_text()
    assert "not tried, or undefined" in page.read_text()
    _, told, _ = command(tmp_path, *words)
    assert "5 combinations where $look > $wait" in " ".join(told.split())


def test_over_more_parameters_the_map_holds_the_best_of_each_cell() -> None:
    text = MOMENTUM.replace("[entry]", "more = 0\n[entry]").replace("close[$look]", "close[$look] + $more")
    definition = read_strategy(text)
    _, space = space_of(definition, ["look=1:2", "wait=1:2", "more=0:2"])
    found = sweep(TASK._replace(definition=definition), space, processes=1)
    cells = of_sweep.heat_map(found)
    assert cells is not None
    values = found.figures["sharpe_ratio"].reshape(2, 2, 3)
    assert (values.max(axis=2) > values.min(axis=2)).all()
    assert cells["values"] == values.max(axis=2).tolist()


def test_a_person_sees_a_table_and_the_progress_beside_it(tmp_path: Path) -> None:
    code, told, noise = command(tmp_path, "--random", "5", "--seed", "1")
    assert code == 0
    assert "Momentum: 5 combinations, the best by sharpe_ratio" in told
    assert "deflated sharpe ratio" in told
    assert "Trying" in noise
