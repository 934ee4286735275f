"""A run from files to figures: the numbers by hand, the hashes, the warnings."""

import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from functions.strategy import remarks, trades
from functions.strategy.asking import Market, Terms, prepared
from functions.strategy.pages import page
from functions.strategy.result import result
from functions.strategy.running import Run, run
from functions.strategy.written import instants, money, quantity, ready
from shared.engine.language import read_strategy
from shared.engine.metrics import daily_of
from shared.engine.metrics.performance import sharpe_ratio
from tests.functions.strategy.make import MOMENTUM, file, hourly, lines

RISE = (100.0, 100.0, 101.0, 102.0, 103.0, 102.0, 101.0, 100.0, 100.0)
ONE_UP = 'name = "One"\n[entry]\nlong = "{entry}"\n[exit]\nlong = "close < close[1]"\n[risk]\nsize = {size}\n'

PAIR = """name = "Pair"
legs = [{{ symbol = "{first}", weight = 1 }}, {{ symbol = "{second}", weight = -1 }}]
[entry]
long = "volume > 1 and close > 1"
"""


def ran(folder: Path, text: str = MOMENTUM, data: str = "", **terms: object) -> Run:
    path = file(folder, data or hourly())
    task, notes = prepared(read_strategy(text), Market([str(path)]), Terms(**terms))  # type: ignore[arg-type]
    return run(task, notes=notes)


def said(done: Run) -> list[str]:
    return [remarks.told(warning) for warning in done.warnings]


def one(entry: str = "close > close[1]", size: str = "{ quantity = 2 }") -> str:
    return ONE_UP.format(entry=entry, size=size)


def test_a_trade_is_told_to_the_last_unit(tmp_path: Path) -> None:
    done = ran(tmp_path, one(), hourly(RISE), cash=1000.0, commission="0.001", lot=0.5)
    told = result(done)
    assert told["trades"] == [
        {
            "symbol": "BTC",
            "side": "long",
            "quantity": "2",
            "entry_at": "2024-01-01T03:00:00Z",  # close[2] > close[1]: at the open of bar 3
            "entry_price": 101.0,
            "exit_at": "2024-01-01T06:00:00Z",
            "exit_price": 102.0,
            "commission": "0.406",  # 0.001 × 2 × (101 + 102)
            "pnl": "1.594",
            "pnl_pct": pytest.approx(100 * 1.594 / 202),
            "bars_held": 3,
            "exit_reason": "exit_rule",
            "mae": pytest.approx(100 / 101 - 1),
            "mfe": pytest.approx(104 / 101 - 1),
        }
    ]
    assert told["metrics"]["final_value"] == "1001.594"
    assert told["metrics"]["total_return"] == pytest.approx(0.001594)
    assert told["metrics"]["trade_count"] == 1
    assert (told["initial_capital"], told["bars"]) == ("1000", 9)
    assert (told["symbols"], told["timeframe"], told["strategy"]) == (["BTC"], "1h", "One")
    assert (told["first_bar_at"], told["last_bar_at"]) == ("2024-01-01T00:00:00Z", "2024-01-01T08:00:00Z")
    assert (told["warnings"], told["rejected_entries"], told["ended"]) == ([], {}, None)


def test_the_object_is_plain_json_that_adds_up(tmp_path: Path) -> None:
    told = json.loads(json.dumps(result(ran(tmp_path, commission="0.002")), allow_nan=False))
    earned = sum(Decimal(trade["pnl"]) for trade in told["trades"])
    assert len(told["trades"]) > 5
    assert Decimal(told["metrics"]["final_value"]) == Decimal(told["initial_capital"]) + earned
    assert set(told["trades"][0]) == set(trades.FIELDS)
    for known in ("engine_version", "definition_sha256", "data_sha256", "digest", "costs", "parameters"):
        assert told[known]


def test_ratios_are_of_what_is_beyond_the_risk_free_rate(tmp_path: Path) -> None:
    plain, beyond = ran(tmp_path), ran(tmp_path, risk_free=0.05)
    daily = daily_of(beyond.outcome)
    assert beyond.metrics["sharpe_ratio"] == sharpe_ratio(daily, risk_free=0.05)
    assert beyond.metrics["sharpe_ratio"] < plain.metrics["sharpe_ratio"]
    assert (result(plain)["risk_free"], result(beyond)["risk_free"]) == (0.0, 0.05)
    assert beyond.outcome.digest == plain.outcome.digest
    assert "5.00\u202f%" in page(beyond, "en").split("Risk-free, a year")[1][:60]


def test_the_same_numbers_have_the_same_hash_wherever_they_come_from(tmp_path: Path) -> None:
    first = ran(tmp_path)
    other = ran(tmp_path, data=hourly().replace(",", ";").replace("Z;", "+00:00;"))
    changed = ran(tmp_path, data=hourly().replace(",1000", ",1001", 1))
    assert first.data_sha256 == other.data_sha256 != changed.data_sha256
    assert first.outcome.digest == other.outcome.digest
    assert len(first.definition_sha256) == 64
    assert (
        ran(tmp_path, MOMENTUM.replace("[entry]", "[entry] # why")).definition_sha256
        == first.definition_sha256
    )
    assert ran(tmp_path, MOMENTUM.replace("2", "3", 1)).definition_sha256 != first.definition_sha256


@pytest.mark.parametrize(
    ("text", "data", "terms", "sentence"),
    [
        (one("close > 1000"), hourly(), {}, "no trade was made: its entry was true on none of 200 bars"),
        (
            one("close > close[1]"),
            hourly((100.0, 100.0, 101.0)),
            {},
            "no trade was made: its entry was true on no bar that another followed",
        ),
        (
            one(size="{ quantity = 0.4 }"),
            hourly(),
            {"lot": 1.0},
            "because their size was less than a lot",
        ),
        (one(), hourly(), {"lot": 1.0, "cash": 10.0}, "because the account had no cash for a lot"),
        (one(), hourly(), {"commission": "0.1"}, "the commission takes 10 % of each fill: 0.001 is 0.1 %"),
        (one(), hourly(), {"slippage": "0.05"}, "slippage takes 5 % of each fill: 0.001 is 0.1 %"),
    ],
)
def test_a_run_says_what_one_should_doubt(
    tmp_path: Path, text: str, data: str, terms: dict[str, object], sentence: str
) -> None:
    warnings = said(ran(tmp_path, text, data, **terms))
    assert any(sentence in warning for warning in warnings), warnings


@pytest.mark.parametrize(
    ("entry", "warned"),
    [
        ("close > vwap()", True),
        ("volume > sma(volume, 3)", True),
        ("mfi(3) < 20 and close > 1", True),
        ("close > close[1]", False),
        ("volume['BTC'] >= 0 and close > 1", True),
    ],
)
def test_volumes_that_nobody_knows_are_doubted_where_a_rule_reads_them(
    tmp_path: Path, entry: str, warned: bool
) -> None:
    without = hourly().replace(",1000\n", ",0\n")
    sentence = "its rules read the volume of BTC, which is 0 on every bar: what they make of it says nothing"
    assert (sentence in said(ran(tmp_path, one(entry), without))) is warned
    assert sentence not in said(ran(tmp_path, one(entry)))


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        (one("volume > 1 and close > 1"), "AAA, BBB"),
        ("universe = ['CCC']\n" + one("volume > 1 and close > 1"), ""),
        ("universe = ['CCC']\n" + one("volume['BBB'] > 1 and close > 1"), "BBB"),
        (PAIR.format(first="CCC", second="AAA"), ""),
        (PAIR.format(first="AAA", second="CCC"), "AAA"),
    ],
)
def test_of_the_symbols_those_are_doubted_whose_volume_is_read(
    tmp_path: Path, text: str, doubted: str
) -> None:
    rows = [row for symbol in ("AAA", "BBB", "CCC") for row in hourly(symbol=symbol).splitlines()[1:]]
    rows = [row.replace(",1000", ",0") if "CCC" not in row else row for row in rows]
    done = ran(tmp_path, text, lines(*rows, header="time,symbol,open,high,low,close,volume"))
    read = [dict(one.values)["symbols"] for one in done.warnings if one.code == "volume_read"]
    assert [", ".join(symbols) for symbols in read] == ([doubted] if doubted else [])  # type: ignore[arg-type]


def test_a_limit_that_is_never_reached_is_said_to_be(tmp_path: Path) -> None:
    text = one().replace("[exit]", 'order = "limit"\nprice = "close / 2"\n[exit]')
    (warning,) = said(ran(tmp_path, text))
    assert warning.startswith("no trade was made: ")
    assert "the price never came to" in warning


def test_ruin_is_told(tmp_path: Path) -> None:
    text = 'name = "S"\n[entry]\nshort = "close > close[1]"\n[risk]\nsize = { percent_of_equity = 1.0 }'
    done = ran(tmp_path, text, hourly((100.0, 100.0, 101.0, 101.0, 350.0, 350.0, 350.0)))
    assert done.outcome.ended == "ruined"
    assert "the account was ruined before the data ended: nothing was traded from then on" in said(done)
    assert result(done)["ended"] == "ruined"


def test_what_was_assumed_of_the_data_is_told_first(tmp_path: Path) -> None:
    done = ran(tmp_path, one("close > 1000"), hourly().replace("Z,", ","))
    assert "are taken as UTC" in said(done)[0]
    assert "no trade was made" in said(done)[1]


def test_several_symbols_stand_beside_equal_parts_of_each(tmp_path: Path) -> None:
    closes = {"AAA": (10.0, 20.0, 30.0), "BBB": (40.0, 50.0, 20.0)}
    rows = [row for symbol in closes for row in hourly(closes[symbol], symbol=symbol).splitlines()[1:]]
    done = ran(tmp_path, one(), lines(*rows, header="time,symbol,open,high,low,close,volume"))
    returns = [bars.close[-1] / bars.open[0] - 1 for bars in done.task.market]
    assert done.metrics["benchmark_return"] == pytest.approx(sum(returns) / 2)


def test_symbols_share_the_cash_and_hold_their_own_bars(tmp_path: Path) -> None:
    rows = hourly(symbol="AAA").splitlines()[1:] + hourly(symbol="BBB").splitlines()[2:]
    rows += [row for i, row in enumerate(hourly(symbol="CCC").splitlines()[1:]) if i % 4 != 1]
    data = lines(*rows, header="time,symbol,open,high,low,close,volume")
    done = ran(tmp_path, one(), data)
    found = list(trades.rows(done))
    assert {trade["symbol"] for trade in found} == {"AAA", "BBB", "CCC"}
    own = {bars.symbol: instants(bars.time) for bars in done.task.market}
    for trade in found:
        times = own[trade["symbol"]]
        assert trade["bars_held"] == times.index(trade["exit_at"]) - times.index(trade["entry_at"])


def test_numbers_are_written_exactly() -> None:
    assert [money(units) for units in (0, 1, -1, 100_000_000, 12_345_678_900_000_001)] == [
        *("0", "0.00000001", "-0.00000001", "1", "123456789.00000001"),
    ]
    assert [quantity(3, lot) for lot in (1e-8, 0.1, 1.0, 100.0)] == ["0.00000003", "0.3", "3", "300"]
    assert ready({"a": [np.float64(1.5), float("nan"), np.array([np.inf, 2.0])]}) == {
        "a": [1.5, None, [None, 2.0]]
    }
    assert instants(np.array([1_500_000, 2_000_000])) == [
        "1970-01-01T00:00:01.500000Z",
        "1970-01-01T00:00:02.000000Z",
    ]
