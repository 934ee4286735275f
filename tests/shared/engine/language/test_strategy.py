"""A strategy file → a definition, its canonical JSON, and back."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.engine.language import (
    Definition,
    LanguageError,
    parse,
    read_strategy,
    risk,
    strategy_from_json,
    with_parameters,
)
from shared.engine.language.definition import Ladder, Leg, Parameter, Sweep
from shared.engine.language.sides import NEITHER, Sides
from tests.shared.engine.language.files import CROSS, EVERYTHING, with_entry, with_risk


def test_a_file_says_when_to_enter_when_to_leave_and_what_to_risk() -> None:
    cross = read_strategy(CROSS)
    above = parse("crosses_above(sma(close, $fast), sma(close, $slow))")
    below = parse("crosses_below(sma(close, $fast), sma(close, $slow))")
    assert cross.name == "SMA cross"
    assert cross.parameters == (
        Parameter("fast", 24.0, Sweep(5, 60, 5)),
        Parameter("slow", 96.0),
        Parameter("stop", 0.02),
    )
    assert (cross.entry.when, cross.exit) == (Sides(above, below), Sides(below))
    assert (cross.entry.order, cross.entry.price, cross.entry.pyramiding) == ("market", NEITHER, 1)
    assert cross.risk == risk.Risk(
        size=risk.PercentOfEquity(1),
        stop_loss=risk.StopLoss(risk.Percent(0.02), "signal_close"),
        take_profit=(risk.Target(risk.Percent(0.04), "signal_close", 1),),
    )


def test_every_element_of_a_strategy_has_its_place_in_the_file() -> None:
    read = read_strategy(EVERYTHING)
    assert (read.description, read.timeframe) == ("Shows every key.", "15m")
    assert read.universe == ("BTCUSDT", "ETHUSDT")
    assert read.values == {"fast": 24.0, "trend": True, "phase": "accumulation"}
    assert read.requires == (parse("$fast > 2"),)
    assert read.entry.price == Sides(parse("close * 0.99"), parse("close * 1.01"))
    assert (read.entry.order, read.entry.valid_bars, read.entry.pyramiding) == ("limit", 3, 2)
    assert read.entry.ladder == Ladder(4, atr=0.5, bars=20)
    assert read.legs == (Leg("BTCUSDT", 1), Leg("ETHUSDT", -1.5))
    assert read.risk == risk.Risk(
        size=risk.RiskFraction(0.01),
        stop_loss=risk.StopLoss(risk.AtrMultiple(2, 30)),
        take_profit=(
            risk.Target(risk.Percent(0.04), "signal_close", 0.5),
            risk.Target(risk.Level(Sides(parse("high + 1"), parse("low - 1"))), "fill", 0.5),
        ),
        trailing_stop=risk.Chandelier(3, 22),
        time_stop=1,
        max_open_positions=2,
        cooldown=5,
        halt=risk.Halt(daily=0.01, monthly=0.15),
        leverage=risk.Leverage(3, 0.05),
        borrow_rate=0.03,
    )


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("quantity = 10", risk.FixedQuantity(10)),
        ("cash = 1000", risk.FixedCash(1000)),
        ("percent_of_equity = 0.5", risk.PercentOfEquity(0.5)),
        ("volatility_target = 0.15", risk.VolatilityTarget(0.15, 20)),
        ("volatility_target = 0.15, bars = 60", risk.VolatilityTarget(0.15, 60)),
        ("kelly = 0.5", risk.KellyFraction(0.5, 1, 30)),
        ("kelly = 0.5, most = 0.25, trades = 50", risk.KellyFraction(0.5, 0.25, 50)),
    ],
)
def test_a_position_is_sized_in_one_of_six_ways(written: str, size: risk.Size) -> None:
    assert read_strategy(with_risk(f"size = {{ {written} }}")).risk.size == size


@pytest.mark.parametrize(
    ("written", "trail"),
    [
        ("percent = 0.03", risk.Percent(0.03)),
        ("atr = 3", risk.AtrMultiple(3, 14)),
        ("chandelier = 3, bars = 30", risk.Chandelier(3, 30)),
    ],
)
def test_a_stop_follows_in_one_of_three_ways(written: str, trail: risk.Trail) -> None:
    assert read_strategy(with_risk(f"trailing_stop = {{ {written} }}")).risk.trailing_stop == trail


def test_one_price_serves_both_directions() -> None:
    stop = read_strategy(with_risk('stop_loss = { price = "lowest(low, 10)" }')).risk.stop_loss
    low = parse("lowest(low, 10)")
    assert stop == risk.StopLoss(risk.Level(Sides(low, low)))
    entry = read_strategy(with_entry('order = "stop"\nprice = "highest(high, 20)"')).entry
    assert entry.price == Sides(parse("highest(high, 20)"), parse("highest(high, 20)"))


def test_a_file_without_risk_trades_the_whole_equity() -> None:
    assert read_strategy(with_entry("")).risk == risk.Risk(size=risk.PercentOfEquity(1))


@pytest.mark.parametrize(
    ("text", "bars"),
    [
        (CROSS, 96),
        (EVERYTHING, 5 * 96 - 1 + 95 + 1),
        (with_risk("trailing_stop = { atr = 2, bars = 300 }"), 300),
        (with_risk("size = { volatility_target = 0.1, bars = 400 }"), 400),
    ],
)
def test_a_strategy_looks_back_as_far_as_any_part_of_it(text: str, bars: int) -> None:
    assert read_strategy(text).look_back == bars


def test_a_strategy_tells_what_its_rules_read() -> None:
    read = read_strategy(EVERYTHING)
    assert (read.symbols, read.timeframes) == ({"SOLUSDT"}, {"1d"})


@pytest.mark.parametrize("text", [CROSS, EVERYTHING], ids=["cross", "everything"])
def test_a_definition_comes_back_from_its_canonical_json(text: str) -> None:
    read = read_strategy(text)
    again = strategy_from_json(json.loads(read.canonical))
    assert again == read
    assert again.canonical == read.canonical


def test_the_canonical_json_is_what_is_hashed() -> None:
    assert read_strategy(CROSS).canonical == (
        '{"entry":{"long":{"crosses_above":[{"sma":["close","$fast"]},{"sma":["close","$slow"]}]},'
        '"short":{"crosses_below":[{"sma":["close","$fast"]},{"sma":["close","$slow"]}]}},'
        '"exit":{"long":{"crosses_below":[{"sma":["close","$fast"]},{"sma":["close","$slow"]}]}},'
        '"name":"SMA cross","parameters":{"fast":{"from":5,"step":5,"to":60,"value":24},"slow":96'
        ',"stop":0.02},"risk":{"size":{"percent_of_equity":1},"stop_loss":{"of":"signal_close","percent":"$stop"},'
        '"take_profit":[{"of":"signal_close","percent":0.04}]}}'
    )


@pytest.mark.parametrize(
    "changed",
    [
        CROSS.replace(", ", ",").replace("sma(close,$fast)", " sma( (close), $fast )"),
        CROSS.replace("slow = 96", "slow = 96.0"),
        CROSS.replace("take_profit = { percent = 0.04", "take_profit = [{ percent = 0.04, share = 1").replace(
            'share = 1, of = "signal_close" }', 'share = 1, of = "signal_close" }]'
        ),
        CROSS.replace("[exit]", 'order = "market"\npyramiding = 1\n[exit]') + "cooldown = 0\nhalt = {}\n",
    ],
)
def test_files_that_say_the_same_have_the_same_canonical_json(changed: str) -> None:
    assert changed != CROSS
    assert read_strategy(changed) == read_strategy(CROSS)


SIZES = st.sampled_from(
    [{"quantity": 2}, {"cash": "$b * 10"}, {"percent_of_equity": 0.5}, {"kelly": 0.5, "most": 0.3}]
)
DISTANCES = st.sampled_from(
    [{"percent": "$a / 100"}, {"atr": 2}, {"atr": 1.5, "bars": 7}, {"price": "low - 1"}]
)
OFS = st.sampled_from([{}, {"of": "fill"}, {"of": "signal_close"}])
STOPS = st.builds(lambda distance, of: {**distance, **of}, DISTANCES, OFS)
RULES = st.sampled_from(
    ["close > open", "rsi(close, $a) < 30", "bars_held >= $b", "not in_position and close@1d > 1"]
)
ENTRIES = st.fixed_dictionaries(
    {"long": RULES},
    optional={"short": RULES, "pyramiding": st.integers(1, 5), "valid_bars": st.sampled_from([1, "$b", 3.0])},
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["a", "Grüße", "two words"]),
        "parameters": st.fixed_dictionaries({"a": st.integers(2, 9), "b": st.just({"value": 3})}),
        "entry": ENTRIES,
    },
    optional={
        "requires": st.sampled_from(["$a >= 2", ["$b == 3", "$a < 10 or $b > $a"], {"<": ["$a", 10]}]),
        "exit": st.fixed_dictionaries({}, optional={"long": RULES}),
        "risk": st.fixed_dictionaries(
            {},
            optional={
                "size": SIZES,
                "stop_loss": STOPS,
                "take_profit": STOPS,
                "cooldown": st.integers(0, 3),
                "halt": st.fixed_dictionaries({}, optional={"daily": st.floats(0.01, 1)}),
            },
        ),
    },
)


@settings(max_examples=100)
@given(DOCUMENTS)
def test_every_definition_comes_back_from_its_canonical_json(document: dict[str, object]) -> None:
    read = strategy_from_json(document)
    again = strategy_from_json(json.loads(read.canonical))
    assert (again, again.canonical) == (read, read.canonical)


def tried(**values: float | bool | str) -> Definition:
    return with_parameters(read_strategy(CROSS), values)


def test_other_parameters_make_another_definition() -> None:
    other = tried(fast=10, stop=0.05)
    assert other.values == {"fast": 10.0, "slow": 96.0, "stop": 0.05}
    assert other.parameters[0] == Parameter("fast", 10.0, Sweep(5, 60, 5))
    assert other.risk.stop_loss == risk.StopLoss(risk.Percent(0.05), "signal_close")
    assert other.canonical == read_strategy(CROSS).canonical.replace('"value":24', '"value":10').replace(
        '"stop":0.02', '"stop":0.05'
    )


def test_the_same_parameters_make_the_same_definition() -> None:
    assert tried(fast=24) == read_strategy(CROSS)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"fats": 3}, "parameters: unknown parameter `fats`, did you mean `fast`?"),
        ({"zzz": 3}, "parameters: unknown parameter `zzz`: there are `fast`, `slow` or `stop`"),
        ({"fast": True}, "parameters.fast: a number stands here, not a yes or no"),
        ({"fast": "10"}, "parameters.fast: a number stands here, not a text"),
        ({"fast": 2.5}, "entry.long: `n` of `sma` at 26 is 2.5: a whole number stands there"),
        ({"slow": 0}, "entry.long: `n` of `sma` at 45 is 0: it lies between 1 and 10000"),
        (
            {"stop": 2},
            "risk.stop_loss.percent: 2 stands here: a number above 0 up to 1 is expected, 0.02 for 2 %",
        ),
        ({"fast": float("nan")}, "parameters.fast: a number lies between -1e+15 and 1e+15"),
    ],
)
def test_a_parameter_that_does_not_fit_is_told(values: dict[str, float], said: str) -> None:
    with pytest.raises(LanguageError) as refusal:
        with_parameters(read_strategy(CROSS), values)
    assert str(refusal.value) == said


BOUND = CROSS.replace("[parameters]", 'requires = ["$fast < $slow", "$stop < 0.1"]\n[parameters]')


def test_parameters_keep_what_the_strategy_requires() -> None:
    bound = read_strategy(BOUND)
    assert with_parameters(bound, {"fast": 95}).values == {"fast": 95.0, "slow": 96.0, "stop": 0.02}
    for changed in ({"fast": 96}, {"slow": 24}, {"stop": 0.1}):  # `stop` is a constant of the risk rules
        with pytest.raises(LanguageError) as refusal:
            with_parameters(bound, changed)
        assert refusal.value.path in ("requires[0]", "requires[1]")
    with pytest.raises(LanguageError) as refusal:
        with_parameters(bound, {"fast": 96})
    assert str(refusal.value) == "requires[0]: `$fast < $slow` does not hold: fast is 96, slow is 96"


@pytest.mark.parametrize(
    ("requires", "said"),
    [
        ('"$fast > $slow"', "requires: `$fast > $slow` does not hold: fast is 24, slow is 96"),
        (
            '["$fast < $slow", "not ($fast < $slow)"]',
            "requires[1]: `not $fast < $slow` does not hold: fast is 24, slow is 96",
        ),
        ('"1 > 2"', "requires: `1 > 2` does not hold"),
        (
            '"close > 1"',
            "requires: this is a condition: a requirement compares parameters, such as `$fast < $slow`",
        ),
        (
            "3",
            "requires: this is a constant number: a requirement compares parameters, such as `$fast < $slow`",
        ),
        ('"$fsat < 3"', "requires: unknown parameter `$fsat` at 1, did you mean `$fast`?"),
        ('"fast < 3"', "requires: `fast` at 1 is a parameter: write `$fast`"),
        ('"1 / ($fast - 24) > 0"', "requires: the constant at 1 has no value"),
        (str(["1 < 2"] * 21), "requires: at most 20 of them stand here"),
    ],
)
def test_what_is_required_is_a_condition_on_parameters_that_holds(requires: str, said: str) -> None:
    with pytest.raises(LanguageError) as refusal:
        read_strategy(CROSS.replace("[parameters]", f"requires = {requires}\n[parameters]"))
    assert str(refusal.value) == said


def test_another_size_of_the_same_number_is_another_size() -> None:
    assert risk.FixedCash(10) != risk.FixedQuantity(10)
    assert risk.FixedCash(10) == risk.FixedCash(10.0)
    assert risk.FixedCash(10) != risk.FixedCash(11)
