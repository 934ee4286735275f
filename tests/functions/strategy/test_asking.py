"""What stands behind the options: read, or refused in a sentence that names the option."""

import math
from pathlib import Path

import pytest

from functions.strategy import asking
from functions.strategy.asking import Market, Terms
from functions.strategy.errors import Unreadable, WrongOption
from functions.strategy.remarks import told
from functions.strategy.running import Task
from shared.engine.costs import Costs, Slippage
from shared.engine.language import Definition, LanguageError, read_strategy
from tests.functions.strategy.make import MOMENTUM, ROWS, file, hourly, lines, strategy

DEFINITION = read_strategy(MOMENTUM)
KINDS = read_strategy(
    'name = "K"\n[parameters]\nn = 3\nsure = true\nzone = "UTC"\n[entry]\n'
    'long = "close > close[$n] and $sure and between_time(\\"09:00\\", \\"17:00\\", $zone)"'
)


def test_values_are_read_in_the_kind_that_the_definition_has() -> None:
    changed = asking.with_values(KINDS, ["n= 5", "sure=false", "zone=America/New_York"])
    assert changed.values == {"n": 5.0, "sure": False, "zone": "America/New_York"}
    assert asking.with_values(KINDS, []) is KINDS
    assert changed.canonical != KINDS.canonical


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("lok=3", "--param: unknown parameter `lok`, did you mean `look`?"),
        ("x=3", "--param: unknown parameter `x`: there are `look` and `wait`"),
        ("look", "--param: write a name and a value, as in fast=10, not `look`"),
        ("look=abc", "--param look: a number stands here, not `abc`"),
        ("look=nan", "--param look: a number stands here, not `nan`"),
        ("look=inf", "--param look: a number stands here, not `inf`"),
        ("look=1_0", "--param look: a number stands here, not `1_0`"),
    ],
)
def test_a_value_that_is_none_is_refused(written: str, sentence: str) -> None:
    with pytest.raises(WrongOption) as refused:
        asking.with_values(DEFINITION, [written])
    assert str(refused.value) == sentence


def test_a_value_that_the_rules_cannot_use_is_refused_by_the_language() -> None:
    with pytest.raises(LanguageError, match=r"entry\.long: .*10000"):
        asking.with_values(DEFINITION, ["look=20000"])
    with pytest.raises(WrongOption, match="--param sure: true or false stands here, not `yes`"):
        asking.with_values(KINDS, ["sure=yes"])


def task_of(folder: Path, **terms: object) -> Task:
    path = file(folder, hourly())
    return asking.prepared(DEFINITION, Market([str(path)]), Terms(**terms))[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "costs"),
    [
        ("0.001", Costs(taker=0.001)),
        ("maker=0.0002,taker=0.001", Costs(taker=0.001, maker=0.0002)),
        ("unit=0.005, minimum=1", Costs(per_unit=0.005, minimum=1)),
        ("0.001,minimum=1", Costs(taker=0.001, minimum=1)),
    ],
)
def test_a_commission_is_a_rate_or_its_parts(tmp_path: Path, text: str, costs: Costs) -> None:
    assert task_of(tmp_path, commission=text).costs == costs


def test_slippage_is_a_fraction_unless_it_says_otherwise() -> None:
    assert asking.slippage("0.0005") == Slippage("percent", 0.0005)
    assert asking.slippage("fixed:0.25") == Slippage("fixed", 0.25)
    assert asking.slippage("impact:1") == Slippage("impact", 1)


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"cash": 0.0}, "--cash: a number of 1e-08 or more, at most 9e+10, stands here, not 0"),
        ({"cash": -5.0}, "--cash: a number of 1e-08 or more"),
        ({"cash": 1e11}, "--cash: a number of 1e-08 or more, at most 9e+10, stands here, not 1e+11"),
        ({"cash": math.nan}, "--cash: a number of 1e-08 or more"),
        ({"lot": 0.0}, "--lot: a number above 0"),
        ({"tick": -1.0}, "--tick: a number of 0 or more"),
        (
            {"risk_free": 3.0},
            "--risk-free: a number of -0.5 or more, at most 0.5, stands here, not 3 (0.03 is 3 % a year)",
        ),
        ({"risk_free": math.nan}, "--risk-free: a number of -0.5 or more"),
        ({"commission": "0.6"}, "--commission: a number of 0 or more, at most 0.5"),
        ({"commission": "-0.1"}, "(0.001 is 0.1 %)"),
        ({"commission": "abc"}, "--commission: a number stands here, not `abc`"),
        ({"commission": "takr=0.1"}, "--commission: unknown part `takr`, did you mean `taker`?"),
        ({"commission": "0.1,taker=0.1"}, "--commission: the part `taker` stands there twice"),
        ({"slippage": "fixd:1"}, "--slippage: unknown kind `fixd`, did you mean `fixed`?"),
        ({"slippage": "x:1"}, "--slippage: unknown kind `x`: there are"),
        ({"slippage": "0.7"}, "--slippage: a number of 0 or more, at most 0.5"),
        ({"slippage": "fixed:"}, "--slippage: a number stands here, not ``"),
    ],
)
def test_terms_that_make_no_sense_are_refused(
    tmp_path: Path, terms: dict[str, object], sentence: str
) -> None:
    with pytest.raises(WrongOption) as refused:
        task_of(tmp_path, **terms)
    assert sentence in str(refused.value)


def bars_between(folder: Path, start: str, end: str) -> tuple[str, ...]:
    loaded = asking.loaded(Market([str(file(folder, hourly()))], start=start, end=end))
    (bars,) = loaded.market
    midnight = 1_704_067_200_000_000
    return tuple(str((bars.time[i] - midnight) // 3_600_000_000) for i in (0, -1))


def test_a_period_is_half_open_and_in_utc(tmp_path: Path) -> None:
    assert bars_between(tmp_path, "2024-01-02", "2024-01-03") == ("24", "47")
    assert bars_between(tmp_path, "2024-01-02T00:30", "") == ("25", "199")
    assert bars_between(tmp_path, "2024-01-02T01:00+01:00", "2024-01-02T05:00:00Z") == ("24", "28")


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("2024-01-03", "2024-01-02", "--from 2024-01-03 is not before --to 2024-01-02"),
        ("2024-01-03", "2024-01-03", "--from 2024-01-03 is not before --to 2024-01-03"),
        (
            "soon",
            "",
            "--from: a day or a time such as 2024-01-31 or 2024-01-31T15:30Z stands here, not `soon`",
        ),
        ("", "31/01/2024", "--to: a day or a time such as"),
        ("2025-01-01", "", "no bar opens there: the data is of 2024-01-01 to 2024-01-09 07:00"),
        ("", "2024-01-01", "no bar opens there"),
    ],
)
def test_a_period_without_bars_is_refused(tmp_path: Path, start: str, end: str, sentence: str) -> None:
    with pytest.raises(WrongOption) as refused:
        bars_between(tmp_path, start, end)
    assert sentence in str(refused.value)


def reading_others(universe: str = "") -> Definition:
    return read_strategy(f'name = "R"\n{universe}\n[entry]\nlong = "close[\\"ETH\\"] > close"')


def test_what_rules_read_beside_the_symbol_is_loaded_and_not_traded(tmp_path: Path) -> None:
    files = [str(file(tmp_path, hourly(), f"{name}.csv")) for name in ("BTC", "ETH", "XRP")]
    task, _ = asking.prepared(reading_others(), Market(files, ["BTC"]), Terms())
    assert [bars.symbol for bars in task.market] == ["BTC", "ETH"]
    assert task.definition.universe == ("BTC",)
    task, _ = asking.prepared(reading_others('universe = ["XRP"]'), Market(files), Terms())
    assert [bars.symbol for bars in task.market] == ["ETH", "XRP"]
    task, _ = asking.prepared(DEFINITION, Market(files), Terms())
    assert [bars.symbol for bars in task.market] == ["BTC", "ETH", "XRP"]
    with pytest.raises(WrongOption, match="--symbol: `ETH` is not in the data"):
        asking.prepared(reading_others(), Market(files[:1], ["BTC"]), Terms())


def test_what_nobody_reads_is_not_spoken_of(tmp_path: Path) -> None:
    late = lines(*ROWS, "2024-01-01T07:00:00Z,1,1,1,1,1")
    files = [str(file(tmp_path, late, f"{name}.csv")) for name in ("BTC", "ETH", "XRP")]
    for definition, spoken in (
        (DEFINITION, "BTC, ETH, XRP"),
        (reading_others('universe = ["XRP"]'), "ETH, XRP"),
    ):
        _, notes = asking.prepared(definition, Market(files), Terms())
        assert [told(note).partition(":")[0] for note in notes] == [spoken]


def test_legs_say_themselves_what_is_traded(tmp_path: Path) -> None:
    pair = read_strategy(
        'name = "P"\nlegs = [{ symbol = "BTC", weight = 1 }, { symbol = "ETH", weight = -1 }]\n'
        '[entry]\nlong = "close > close[1]"'
    )
    files = [str(file(tmp_path, hourly(), f"{name}.csv")) for name in ("BTC", "ETH", "XRP")]
    task, _ = asking.prepared(pair, Market(files), Terms())
    assert [bars.symbol for bars in task.market] == ["BTC", "ETH"]


def test_a_strategy_is_read_from_a_file_or_refused(tmp_path: Path) -> None:
    assert asking.definition_of(str(strategy(tmp_path))) == DEFINITION
    with pytest.raises(Unreadable, match=r"none\.toml cannot be read: No such file"):
        asking.definition_of(str(tmp_path / "none.toml"))
    with pytest.raises(Unreadable, match="is no text in UTF-8"):
        asking.definition_of(str(file(tmp_path, b"\xff", "a.toml")))
    with pytest.raises(LanguageError, match=r"a\.toml: this is no TOML"):
        asking.definition_of(str(file(tmp_path, "name =", "a.toml")))
    with pytest.raises(LanguageError, match="the strategy is longer than"):
        asking.definition_of(str(file(tmp_path, "#" * 1_000_000, "a.toml")))
