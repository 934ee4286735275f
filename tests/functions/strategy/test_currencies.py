"""`--currency` and `--rate`: prices in another currency than the account's, from files to figures."""

from pathlib import Path

import pytest

from functions.strategy import remarks
from functions.strategy.asking import Market, Terms, prepared
from functions.strategy.errors import Unreadable, WrongOption
from functions.strategy.pages import page
from functions.strategy.result import result
from functions.strategy.running import Run, run
from functions.strategy.sweeping import Swept, space_of, sweep
from shared.engine.language import read_strategy
from shared.engine.rules import DataError
from tests.functions.strategy.make import MOMENTUM, file, hour, hourly, lines

RISE = (100.0, 100.0, 101.0, 102.0, 103.0, 102.0, 101.0, 100.0, 100.0)
ONE = """
name = "One"
[entry]
long = "close > close[1]"
[exit]
long = "close < close[1]"
[risk]
size = { quantity = 2 }
"""
EURO = (1.1, 1.1, 1.1, 1.1, 1.1, 1.2, 1.2, 1.2, 1.2)


def ran(folder: Path, *, currency: tuple[str, ...], rate: tuple[str, ...], data: str = "") -> Run:
    path = file(folder, data or hourly(RISE), "SAP.csv")
    market = Market([str(path)], currencies=currency, rates=rate)
    task, notes = prepared(read_strategy(ONE), market, Terms(cash=1000.0, lot=0.5))
    return run(task, notes=notes)


def euro(folder: Path, closes: tuple[float, ...] = EURO) -> str:
    rows = [f"{hour(i)},{close},{close},{close},{close},0" for i, close in enumerate(closes)]
    return str(file(folder, lines(*rows), "eurusd.csv"))


def test_a_trade_is_told_in_its_prices_and_in_the_accounts_money(tmp_path: Path) -> None:
    told = result(ran(tmp_path, currency=("EUR",), rate=(f"EUR={euro(tmp_path)}",)))
    (trade,) = told["trades"]
    assert (trade["entry_price"], trade["exit_price"]) == (101.0, 102.0)
    assert trade["pnl"] == "22.6"  # 2 × (102 × 1.2 - 101 × 1.1)
    assert trade["pnl_pct"] == pytest.approx(100 * 22.6 / 222.2)
    assert told["metrics"]["final_value"] == "1022.6"
    assert told["metrics"]["benchmark_return"] == pytest.approx(1.2 / 1.1 - 1)
    assert told["currencies"] == {"SAP": "EUR"}
    assert told["warnings"] == ["SAP: prices in EUR, converted at the rate that was known"]


def test_the_page_s_buy_and_hold_is_of_the_accounts_money_too(tmp_path: Path) -> None:
    done = ran(tmp_path, currency=("EUR",), rate=(f"EUR={euro(tmp_path)}",))
    shown = page(done, "en")
    assert "Buy &amp; hold: 9.09" in shown.replace("\N{NARROW NO-BREAK SPACE}", " ")  # 1.2 / 1.1
    assert "SAP: prices in EUR, converted at the rate that was known" in shown


def test_a_rate_may_stand_the_other_way_round(tmp_path: Path) -> None:
    turned = euro(tmp_path, tuple(1 / rate for rate in EURO))
    told = result(ran(tmp_path, currency=("SAP=EUR",), rate=(f"EUR=1/{turned}",)))
    assert told["trades"][0]["pnl"] == "22.6"


def test_the_rate_belongs_to_the_data(tmp_path: Path) -> None:
    one = ran(tmp_path, currency=("EUR",), rate=(f"EUR={euro(tmp_path)}",))
    other = ran(tmp_path, currency=("EUR",), rate=(f"EUR={euro(tmp_path, (*EURO[:-1], 1.3))}",))
    assert one.data_sha256 != other.data_sha256
    assert one.outcome.digest == other.outcome.digest


def test_an_old_rate_is_said(tmp_path: Path) -> None:
    rate = euro(tmp_path, EURO[:3])
    days = hourly(tuple(100.0 + i % 7 for i in range(5 * 24)))
    told = ran(tmp_path, currency=("EUR",), rate=(f"EUR={rate}",), data=days)
    assert remarks.told(told.warnings[1]) == "the rate of EUR is up to 117 hours old where it is used"
    assert remarks.told(told.warnings[1], "es").startswith("el cambio de EUR tiene hasta 117 horas")


def test_what_is_only_read_is_not_converted(tmp_path: Path) -> None:
    reads = ONE.replace("close > close[1]", 'close > close[1] and close[\\"DAX\\"] > 0')
    files = [str(file(tmp_path, hourly(RISE), f"{symbol}.csv")) for symbol in ("DAX", "SAP")]
    market = Market(files, symbols=("SAP",), currencies=("EUR",), rates=(f"EUR={euro(tmp_path)}",))
    task, notes = prepared(read_strategy(reads), market, Terms())
    assert {name: one.currency for name, one in task.instruments.items()} == {"DAX": "", "SAP": "EUR"}
    assert remarks.told(notes[-1]).startswith("SAP: prices in EUR")


def test_of_several_symbols_each_has_its_own(tmp_path: Path) -> None:
    files = [str(file(tmp_path, hourly(RISE), f"{symbol}.csv")) for symbol in ("IBM", "SAP", "VOD")]
    pounds = str(file(tmp_path, Path(euro(tmp_path)).read_text().replace("1.1", "1.3"), "gbpusd.csv"))
    market = Market(
        files, currencies=("SAP=EUR", "VOD=GBP"), rates=(f"EUR={euro(tmp_path)}", f"GBP={pounds}")
    )
    task, _ = prepared(read_strategy(ONE), market, Terms(cash=1000.0))
    done = run(task)
    assert done.outcome.trades.cost.tolist() == [20_200_000_000, 22_220_000_000, 26_260_000_000]
    everyone = market._replace(currencies=("EUR", "VOD=GBP"))
    assert prepared(read_strategy(ONE), everyone, Terms())[0].instruments["IBM"].currency == "EUR"


@pytest.mark.parametrize("processes", [1, 2])
def test_a_sweep_converts_as_a_run_does(tmp_path: Path, processes: int) -> None:
    swept = swept_by(tmp_path, processes, "")
    assert swept.figures["total_return"][swept.order[0]] == swept.best.metrics["total_return"]
    assert swept.best.plan.traded[0].rates is not None


def test_a_sweep_converts_in_processes_that_were_not_forked(tmp_path: Path) -> None:
    one, other = swept_by(tmp_path, 1, ""), swept_by(tmp_path, 2, "spawn")
    assert one.figures["total_return"].tolist() == other.figures["total_return"].tolist()


def swept_by(folder: Path, processes: int, method: str) -> Swept:
    path = file(folder, hourly(), "SAP.csv")
    rate = euro(folder, tuple(1.1 + i / 1000 for i in range(200)))
    market = Market([str(path)], currencies=("EUR",), rates=(f"EUR={rate}",))
    definition, space = space_of(read_strategy(MOMENTUM), [], draw=0, seed=0)
    task, _ = prepared(definition, market, Terms())
    return sweep(task, space, objective="total_return", processes=processes, method=method)


@pytest.mark.parametrize(
    ("currency", "rate", "sentence"),
    [
        (["EUR"], [], "--currency: `EUR` has no rate: --rate EUR=FILE tells what one costs"),
        (["EUR", "GBP"], [], "--currency: `GBP`: one currency is enough"),
        (["eur"], [], "--currency: a currency such as EUR stands here, not `eur`"),
        (["SAP="], [], "--currency: a currency such as EUR stands here, not ``"),
        (["VOD=GBP"], [], "--currency: `VOD` is not traded: there are `SAP`"),
        ([], ["EUR=x.csv"], "--rate: nothing is quoted in EUR: --currency says what is"),
        (["EUR"], ["EUR"], "--rate: write a currency and a file, as in EUR=eurusd.csv, not `EUR`"),
        (["EUR"], ["EUR="], "--rate: write a currency and a file, as in EUR=eurusd.csv, not `EUR=`"),
        (["EUR"], ["euro=x.csv"], "--rate: a currency such as EUR stands here, not `euro`"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    tmp_path: Path, currency: list[str], rate: list[str], sentence: str
) -> None:
    with pytest.raises(WrongOption) as refused:
        ran(tmp_path, currency=tuple(currency), rate=tuple(rate))
    assert str(refused.value) == sentence


def test_a_rate_is_one_file_of_one_symbol_that_began_in_time(tmp_path: Path) -> None:
    rate = f"EUR={euro(tmp_path)}"
    with pytest.raises(WrongOption, match="--rate: EUR stands there twice"):
        ran(tmp_path, currency=("EUR",), rate=(rate, rate))
    with pytest.raises(Unreadable, match="cannot be read: No such file"):
        ran(tmp_path, currency=("EUR",), rate=(f"EUR={tmp_path}/none.csv",))
    two = hourly(RISE, symbol="A") + hourly(RISE, symbol="B").split("\n", 1)[1]
    several = file(tmp_path, two, "two.csv")
    with pytest.raises(WrongOption, match="holds `A` and `B`: a rate is one of them"):
        ran(tmp_path, currency=("EUR",), rate=(f"EUR={several}",))
    late = file(tmp_path, lines(f"{hour(3)},1,1,1,1,0", f"{hour(4)},1,1,1,1,0"), "late.csv")
    with pytest.raises(DataError, match="whose rate is known from 2024-01-01 04:00 on"):
        ran(tmp_path, currency=("EUR",), rate=(f"EUR={late}",))
