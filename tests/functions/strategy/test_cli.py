"""The commands: what stands on stdout, what on stderr, and how they end."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from functions.strategy.options import processors
from functions.strategy.trades import FIELDS
from tests.functions.strategy.make import ROWS, command, file, hourly, lines, strategy


@pytest.fixture
def paths(tmp_path: Path) -> tuple[Path, Path]:
    return strategy(tmp_path), file(tmp_path, hourly())


def test_json_is_one_object_and_nothing_else(paths: tuple[Path, Path]) -> None:
    rules, data = paths
    done = command("backtest", rules, "--data", data, "--json", "--param", "look=3", "--commission", "0.05")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    told = json.loads(done.stdout)
    assert told["parameters"] == {"look": 3, "wait": 3}
    assert told["warnings"] == ["the commission takes 5 % of each fill: 0.001 is 0.1 %"]
    assert told["remarks"] == [{"code": "dear_commission", "values": {"rate": 0.05}}]
    assert told["costs"]["taker"] == 0.05
    assert told["metrics"]["trade_count"] == len(told["trades"]) > 0


def test_a_person_reads_a_table_and_the_warnings_beside_it(paths: tuple[Path, Path]) -> None:
    rules, data = paths
    done = command("backtest", rules, "--data", data, "--from", "2024-01-02", "--slippage", "0.1")
    assert done.exit_code == 0
    assert "Momentum: BTC, 1h" in done.stdout
    assert "sharpe ratio" in done.stdout
    assert "slippage takes 10 % of each fill" in done.stderr.replace("\n", " ")


def test_trades_and_page_are_written_where_asked(paths: tuple[Path, Path], tmp_path: Path) -> None:
    rules, data = paths
    out, page = tmp_path / "trades.csv", tmp_path / "page.html"
    curve = tmp_path / "equity.csv"
    files = ("--trades", out, "--equity", curve, "--html", page)
    done = command("backtest", rules, "--data", data, "--json", *files)
    assert done.exit_code == 0
    with out.open() as written:
        rows = list(csv.DictReader(written))
    told = json.loads(done.stdout)["trades"]
    assert tuple(rows[0]) == FIELDS
    assert [row["pnl"] for row in rows] == [trade["pnl"] for trade in told]
    assert page.read_text().startswith("<!doctype html>")
    assert json.loads(done.stdout)["data_sha256"] in page.read_text()
    with curve.open() as written:
        equity = list(csv.DictReader(written))
    assert tuple(equity[0].values()) == ("2024-01-01T00:00:00Z", "10000.0", "0")
    assert len(equity) == json.loads(done.stdout)["bars"]
    assert float(equity[-1]["equity"]) == float(json.loads(done.stdout)["metrics"]["final_value"])
    held = [row["timestamp"] for row in equity if row["in_position"] == "1"]
    inside = [trade for trade in told if trade["entry_at"] in held]
    assert held
    assert inside
    assert all(any(t["entry_at"] <= at <= t["exit_at"] for t in told) for at in held)


def test_an_expression_has_a_row_for_each_bar(paths: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "values.csv"
    assert command("evaluate", "close[2] * 2", "--data", paths[1], "--csv", out).stdout == ""
    rows = out.read_text().splitlines()
    assert rows[:4] == [
        "timestamp,value",
        "2024-01-01T00:00:00Z,",
        "2024-01-01T01:00:00Z,",
        "2024-01-01T02:00:00Z,220.0",
    ]
    assert len(rows) == 201


def test_a_condition_is_1_or_0_and_empty_where_undefined(paths: tuple[Path, Path]) -> None:
    done = command(
        "evaluate", "close[$n] > 107", "--data", paths[1], "--param", "n=1", "--to", "2024-01-01T04:00Z"
    )
    assert [row.partition(",")[2] for row in done.stdout.splitlines()] == ["value", "", "1", "1", "0"]
    told = command(
        *("evaluate", "close[1] > 107", "--data", paths[1], "--to", "2024-01-01T04:00Z", "--json")
    ).stdout
    assert json.loads(told)["value"] == [None, True, True, False]
    assert (json.loads(told)["symbol"], json.loads(told)["expression"]) == ("BTC", "close[1] > 107")


def test_what_was_assumed_of_the_data_of_an_expression_is_told(tmp_path: Path) -> None:
    path = file(tmp_path, hourly().replace("Z,", ",").replace(",1000\n", ",0\n"))
    done = command("evaluate", "obv()", "--data", path, "--csv", tmp_path / "values.csv", "--language", "es")
    assert (done.stdout, done.exit_code) == ("", 0)
    assert "se toman como UTC" in done.stderr
    assert "sus reglas leen el volumen de BTC" in " ".join(done.stderr.split())
    told = json.loads(command("evaluate", "obv()", "--data", path, "--json").stdout)
    assert [one["code"] for one in told["remarks"]] == ["no_zone", "volume_read"]
    assert "are taken as UTC" in told["warnings"][0]
    quiet = command("evaluate", "close", "--data", file(tmp_path, hourly()), "--csv", tmp_path / "values.csv")
    assert (quiet.stdout, quiet.stderr) == ("", "")


def test_an_expression_stands_on_one_symbol_and_may_read_others(tmp_path: Path) -> None:
    one, two = file(tmp_path, hourly(), "A.csv"), file(tmp_path, hourly((5.0, 6.0, 7.0)), "B.csv")
    done = command("evaluate", 'close + close["A"]', "--data", one, "--data", two, "--symbol", "B")
    assert done.stdout.splitlines()[1:] == [
        *("2024-01-01T00:00:00Z,115.0", "2024-01-01T01:00:00Z,114.0", "2024-01-01T02:00:00Z,113.0"),
    ]
    refused = command("evaluate", "close", "--data", one, "--data", two)
    assert (refused.exit_code, refused.stderr) == (
        2,
        "--symbol: the data has `A` and `B`: on which of them?\n",
    )
    assert command("evaluate", 'close["C"]', "--data", one, "--symbol", "XRP").exit_code == 2
    assert command("evaluate", "close", "--data", one, "--symbol", "XRP", "--json").exit_code == 0


@pytest.mark.parametrize(
    ("expression", "spoken"),
    [("close", "A"), ('close - close["C"]', "A, C"), ("rank(close, universe)", "A, B, C")],
)
def test_an_expression_says_what_is_assumed_of_the_symbols_that_it_reads(
    tmp_path: Path, expression: str, spoken: str
) -> None:
    late = lines(*ROWS, "2024-01-01T07:00:00Z,1,1,1,1,1")
    data = [word for name in "ABC" for word in ("--data", file(tmp_path, late, f"{name}.csv"))]
    told = json.loads(command("evaluate", expression, *data, "--symbol", "A", "--json").stdout)
    assert [warning.partition(":")[0] for warning in told["warnings"]] == [spoken]


def test_what_is_called_as_it_is_asked_for_is_spoken_of_by_that_name(tmp_path: Path) -> None:
    path = file(tmp_path, lines(*ROWS, "2024-01-01T07:00:00Z,1,1,1,1,1"), "candles.csv")
    told = json.loads(command("evaluate", "close", "--data", path, "--symbol", "XRP", "--json").stdout)
    assert [warning.partition(":")[0] for warning in told["warnings"]] == ["XRP"]
    assert told["remarks"][0]["values"]["symbols"] == ["XRP"]


BAD_DATA = {
    "comma.csv": hourly().replace(",", ";").replace("110.0", "110,0"),
    "twice.csv": hourly().replace("T01:", "T00:", 1),
    "zero.csv": hourly().replace("110.0", "0", 1),
    "short.csv": hourly((1.0, 2.0, 3.0)),
    "empty.csv": "",
    "names.csv": lines("1,2", header="a,b"),
}
BAD_RULES = {
    "unknown.toml": 'name = "U"\n[entry]\nlong = "close > smaa(close, 3)"',
    "long.toml": 'name = "L"\n[entry]\nlong = "close > sma(close, 300)"',
    "daily.toml": 'name = "D"\ntimeframe = "1d"\n[entry]\nlong = "close > open"',
    "empty.toml": "",
    "other.toml": 'name = "O"\n[entry]\nlong = "close > close[\\"ETH\\"]"',
}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("backtest none.toml --data BTC.csv", "none.toml cannot be read: No such file or directory"),
        ("backtest momentum.toml --data none.csv", "none.csv cannot be read: No such file or directory"),
        (
            "backtest unknown.toml --data BTC.csv",
            "entry.long: unknown indicator `smaa` at 9, did you mean `sma`?",
        ),
        ("backtest long.toml --data BTC.csv", "there are 200"),
        (
            "backtest daily.toml --data BTC.csv",
            "the strategy is written for 1d bars: those of the data are 1h",
        ),
        ("backtest other.toml --data BTC.csv", "the data has no `ETH`"),
        ("backtest momentum.toml --data comma.csv", "line 2, column open: `110,0` has a decimal comma"),
        (
            "backtest momentum.toml --data twice.csv",
            "line 3, column timestamp: 2024-01-01 stands there twice",
        ),
        ("backtest momentum.toml --data zero.csv", "line 2, column open: a price is a number above 0, not 0"),
        ("backtest momentum.toml --data empty.csv", "empty.csv is empty"),
        ("backtest momentum.toml --data names.csv", "no column for time, open, high, low and close"),
        ("backtest momentum.toml --data A=BTC.csv --symbol B", "--symbol: `B` is not in the data"),
        ("backtest momentum.toml --data BTC.csv --cash 0", "--cash: a number of 1e-08 or more"),
        (
            "backtest momentum.toml --data BTC.csv --cash 1e11",
            "--cash: a number of 1e-08 or more, at most 9e+10",
        ),
        ("backtest momentum.toml --data BTC.csv --from 2024-02-01 --to 2024-01-01", "is not before --to"),
        ("backtest momentum.toml --data BTC.csv --from 2030-01-01", "--from, --to: no bar opens there"),
        ("backtest momentum.toml --data BTC.csv --param lok=1", "did you mean `look`?"),
        (
            "backtest momentum.toml --data BTC.csv --html no/such/a.html",
            "--html: no/such/a.html cannot be written",
        ),
        ("backtest momentum.toml --data BTC.csv --trades .", "--trades: . cannot be written: Is a directory"),
        ("backtest momentum.toml --data BTC.csv --equity .", "--equity: . cannot be written: Is a directory"),
        ("evaluate rsi(close --data BTC.csv", "the end of the rule at 10, where `,` is missing"),
        ("evaluate 1+2 --data BTC.csv", "the expression is a constant: it has no value for each bar"),
        ("evaluate in_position --data BTC.csv", "a position is only there in a run"),
        ("evaluate close[$n] --data BTC.csv", "unknown parameter `$n`"),
        (
            "sweep momentum.toml --data BTC.csv --param wait=1:x",
            "--param wait: a number stands here, not `x`",
        ),
        ("backtest momentum.toml --data BTC.csv --cash 1e-300", "--cash: a number of 1e-08 or more"),
        (
            "backtest momentum.toml --data BTC.csv --commission 0,001",
            "`0,001` has a decimal comma: write 0.001",
        ),
        (
            "backtest momentum.toml --data BTC.csv --commission unit=0,unit=0",
            "stands there twice",
        ),
        (
            "backtest momentum.toml --data BTC.csv --param look=1 --param look=2",
            "`look` stands there twice",
        ),
        (
            "backtest momentum.toml --data BTC.csv --symbol ../x",
            "`../x` is no symbol, such as BTCUSDT",
        ),
        ("backtest momentum.toml --data A=", "--data: a file stands here, or SYMBOL=FILE, not `A=`"),
        ("backtest momentum.toml --data /dev/zero", "/dev/zero is a device, and no file"),
        ("backtest empty.toml --data BTC.csv", "empty.toml: name: this is missing"),
        (f"backtest {'x' * 5000} --data BTC.csv", "cannot be read: File name too long"),
        ("sweep momentum.toml --data none.csv --csv no/such/a.csv", "--csv: no/such/a.csv cannot be written"),
        ("evaluate close --data none.csv --csv .", "--csv: . cannot be written: Is a directory"),
        ("sweep momentum.toml --data BTC.csv --objective sharpe", "did you mean `sharpe_ratio`?"),
        ("strategies no_such_strategy", "there is no strategy `no_such_strategy` in the library"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(
    paths: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, sentence: str
) -> None:
    for name, text in {**BAD_DATA, **BAD_RULES}.items():
        file(tmp_path, text, name)
    monkeypatch.chdir(tmp_path)
    done = command(*words.split(), "--json")
    assert (done.exit_code, done.stdout) == (2, ""), done.output
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "words", ["backtest", "backtest a.toml", "sweep", "backtest a --data b --cash abc", "no"]
)
def test_wrong_use_ends_with_2(words: str) -> None:
    done = command(*words.split())
    assert (done.exit_code, done.stdout) == (2, "")


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processors cannot be taken away here")
def test_a_sweep_takes_the_processors_that_it_may_use() -> None:
    asked = "from functions.strategy.options import processors; print(processors())"
    fewer = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})"
    ended = subprocess.run(
        [sys.executable, "-c", f"{fewer}; {asked}"], capture_output=True, text=True, check=True
    )
    assert ended.stdout == "1\n"
    assert processors() == min(len(os.sched_getaffinity(0)), 64)


def test_help_imports_no_engine() -> None:
    loaded = (
        "import sys; import functions.strategy.cli;"
        "print([name for name in ('numpy', 'pyarrow', 'shared.engine', 'sqlalchemy') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


MARKET = Path(__file__).parents[4] / "shared" / "data" / "market"
needs_market = pytest.mark.skipif(not MARKET.exists(), reason="the market data is not here")


@needs_market
@pytest.mark.parametrize("path", sorted(MARKET.glob("*.csv")), ids=lambda path: path.stem)
def test_every_file_of_the_market_is_run(path: Path, tmp_path: Path) -> None:
    done = command("backtest", strategy(tmp_path), "--data", path, "--json", "--commission", "0.0005")
    assert (done.exit_code, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["metrics"]["trade_count"] == len(told["trades"]) > 10
    assert all(trade["entry_at"] <= trade["exit_at"] for trade in told["trades"])


def test_what_only_reads_files_waits_for_nothing_that_it_does_not_use() -> None:
    """The libraries of databases alone take longer to load than a backtest takes."""
    asked = "import sys; from infra.cli import app; app(['strategies', 'sma_cross'], standalone_mode=False)"
    told = "sys.stderr.write(' '.join({'alembic', 'sqlalchemy', 'cryptography'} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", f"{asked}; {told}"], capture_output=True, text=True, check=True
    )
    assert "SMA cross" in done.stdout
    assert done.stderr == ""
