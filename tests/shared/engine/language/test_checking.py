"""What a rule means to the engine: kinds, timeframes, symbols, the position, and how far it looks back."""

from typing import Any

import pytest

from shared.engine.language import LanguageError, Meaning, check, from_json, parse
from shared.engine.language.typed import Value

PARAMETERS: dict[str, Value] = {"fast": 24.0, "slow": 96.0, "careful": True, "phase": "distribution"}


def meaning(text: str, **keywords: Any) -> Meaning:
    return check(parse(text), **{"parameters": PARAMETERS, **keywords})


def refusal(text: str, **keywords: Any) -> LanguageError:
    with pytest.raises(LanguageError) as refused:
        meaning(text, **keywords)
    return refused.value


@pytest.mark.parametrize(
    ("text", "kind", "series"),
    [
        ("close", "number", True),
        ("14 + $fast", "number", False),
        ("close > 14", "truth", True),
        ("$careful", "truth", False),
        ("$fast < $slow and $careful", "truth", False),
        ("close > 14 and $careful", "truth", True),
        ("amd_phase()", "text", True),
        ("$phase", "text", False),
        ("amd_phase() == $phase", "truth", True),
        ("in_position", "truth", True),
        ("max(close, 3, $fast)", "number", True),
        ("where(close > open, 1, 2)", "number", True),
        ("bars_since(close > open)", "number", True),
    ],
)
def test_every_expression_has_a_kind(text: str, kind: str, series: bool) -> None:
    assert (meaning(text).kind, meaning(text).series) == (kind, series)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$fast * 2 - 1", 47),
        ("round($slow / 7)", 14),
        ("-abs(-3)", -3),
        ("min($fast, 10, 12)", 10),
        ("where($careful, 1, 2)", 1),
        ("where($fast > $slow or not $careful, 1, 2)", 2),
    ],
)
def test_constants_make_constants(text: str, value: float) -> None:
    assert meaning(text, wanted="constant").constant == value


@pytest.mark.parametrize(
    ("text", "wanted", "sentence"),
    [
        ("close", "rule", "this is a series of numbers: a rule is a condition that changes from bar to bar"),
        (
            "$careful",
            "rule",
            "this is a constant, true or false: a rule is a condition that changes from bar to bar",
        ),
        (
            "100",
            "price",
            "this is a constant number: a price is a series of numbers, such as `close - 2 * atr(14)`",
        ),
        (
            "close > 1",
            "price",
            "this is a condition: a price is a series of numbers, such as `close - 2 * atr(14)`",
        ),
        ("close", "constant", "this is a series of numbers: a constant number stands here"),
    ],
)
def test_a_rule_is_a_condition_and_a_price_a_series_of_numbers(text: str, wanted: str, sentence: str) -> None:
    assert refusal(text, wanted=wanted).sentence == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "close and open > 1",
            "`and` needs a condition, such as a comparison, and at 1 is a series of numbers",
        ),
        ("not close", "`not` needs a condition, such as a comparison, and at 5 is a series of numbers"),
        ("close + (open > 1)", "`+` needs a number, and at 10 is a condition"),
        ("in_position > 1", "`>` needs a number, and at 1 is a condition"),
        ('close == "a"', "`==` needs a number, and at 10 is a text"),
        ('amd_phase() > "a"', "`>` needs a number, and at 1 is a series of texts"),
        ("sma(close > 1, 3)", "`sma` needs a number, and at 5 is a condition"),
        (
            "bars_since(close)",
            "`bars_since` needs a condition, such as a comparison, and at 12 is a series of numbers",
        ),
        ("rank(close, close)", "`rank` needs `universe`, and at 13 is a series of numbers"),
        ("1 / 0", "the constant at 1 has no value"),
        ("log(0)", "the constant at 1 has no value"),
        ("exp(100)", "the constant at 1 lies beyond ±1e+15"),
        ('amd_phase() == "acumulation"', 'unknown text "acumulation" at 16, did you mean "accumulation"?'),
    ],
)
def test_what_does_not_go_together_is_told_with_its_place(text: str, sentence: str) -> None:
    assert refusal(text).sentence == sentence


@pytest.mark.parametrize(
    ("text", "bars"),
    [
        ("close[3]", 3),
        ("sma(close, 20)[3]", 19 + 3),
        ("sma(sma(close, 20), 10)", 19 + 9),
        ("sma(close, 20) - sma(close, 50)", 49),
        ("crosses_above(sma(close, $fast), sma(close, $slow))", 95 + 1),
        ("rising(close, 3)", 3),
        ("highest(high, 20)[1] < close", 19 + 1),
    ],
)
def test_a_rule_looks_back_as_far_as_its_parts_together(text: str, bars: int) -> None:
    assert meaning(text).look_back == bars


@pytest.mark.parametrize(
    ("text", "bars"),
    [
        ("close@1h", 3 + 3),  # the first hour may have begun before the data
        ("sma(close@1h, 50)", 50 * 4 - 1 + 3),
        ("sma(close, 50)@1h", 50 * 4 - 1 + 3),
        ("close@1h[2]", 3 * 4 - 1 + 3),
        ("sma(close@1h, 5) - sma(close@1h, 50)", 50 * 4 - 1 + 3),
        ("sma(close@1h - close, 5)", (4 - 1 + 3) + 4),  # of two timeframes: averaged on the strategy's
        ("crosses_above(close@1h, open@1h)", (4 - 1 + 3) + 1),  # true on one of the strategy's bars
        ("(close@1h > open@1h)[1]", (4 - 1 + 3) + 1),  # a condition is the strategy's own, a bar ago as well
        ("rising(close@1h, 2)", 3 * 4 - 1 + 3),
        ("sma(close@15m, 50)", 49),
    ],
)
def test_a_coarser_bar_counts_once_it_has_closed(text: str, bars: int) -> None:
    assert meaning(text, timeframe="15m").look_back == bars


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("close[-1]", "the lag at 7 would look into the future"),
        ("close[1.5]", "`lag` of `[]` at 7 is 1.5: a whole number stands there"),
        ("close[open]", "`lag` of `[]` at 7 is a series of numbers: a constant number stands there"),
        ("close[10001]", "`lag` of `[]` at 7 is 10001: it lies between 0 and 10000"),
        ("$fast[1]", "a constant number at 1 has no history to look back on"),
    ],
)
def test_a_lag_is_whole_constant_and_never_negative(text: str, sentence: str) -> None:
    assert refusal(text).sentence == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("close@5m", "`5m` at 1 is finer than the strategy's own timeframe, 15m"),
        (
            "close@2h",
            "unknown timeframe `2h` at 1: there are `1m`, `5m`, `15m`, `30m`, `1h`, `4h`, `1d` or `1w`",
        ),
        ("sma(close@1h, 5)@4h", "`@1h` at 5 stands inside `@4h`"),
        ("bars_since(close > open)@1h", "a condition at 12 stands inside `@1h`: put it on numbers"),
        ("5@1h", "`@1h` at 1 stands behind a series, not a constant number"),
        ("bars_held@1h", "`bars_held` at 1 is the position's own"),
    ],
)
def test_a_timeframe_stands_on_a_series_of_the_market(text: str, sentence: str) -> None:
    assert refusal(text, timeframe="15m").sentence == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('close["BTC USDT"]', '"BTC USDT" at 1 is no symbol, such as "BTCUSDT"'),
        ('(close["A"] - open)["B"]', '`["A"]` at 2 stands inside `["B"]`'),
        ('3["A"]', '`["A"]` at 1 stands behind a series, not a constant number'),
        ('in_position["A"]', "`in_position` at 1 is the position's own"),
    ],
)
def test_a_symbol_stands_on_a_series_of_the_market(text: str, sentence: str) -> None:
    assert refusal(text).sentence == sentence


@pytest.mark.parametrize(
    "text", ["in_position[1]", "highest(bars_held, 3)", "crosses_above(open_profit_pct, 1)"]
)
def test_the_position_has_no_history(text: str) -> None:
    assert "has no history" in refusal(text).sentence


def test_a_rule_tells_what_it_reads() -> None:
    found = meaning('close["ETHUSDT"]@1h > sma(close@1d, 5) and bars_held > 3', timeframe="15m")
    assert (found.symbols, found.timeframes, found.uses_position) == ({"ETHUSDT"}, {"1h", "1d"}, True)
    plain = meaning("close > open")
    assert (plain.symbols, plain.timeframes, plain.uses_position) == (frozenset(), frozenset(), False)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("between_time('9:30', '16:00', 'UTC')", '"9:30": write a time of day such as "09:30"'),
        ("between_time('09:30', '24:00', 'UTC')", '"24:00": write a time of day such as "09:30"'),
        (
            "between_time('09:30', '16:00', 'New York')",
            '"New York": write a time zone such as "America/New_York"',
        ),
        (
            "between_time('09:30', '16:00', 'America/York')",
            '"America/York": write a time zone such as "America/New_York"',
        ),
        (
            "between_time('09:30', '16:00', 'posix/America/New_York')",
            '"posix/America/New_York": write a time zone such as "America/New_York"',
        ),
        (
            "between_time('09:30', '16:00', 'localtime')",
            '"localtime": write a time zone such as "America/New_York"',
        ),
        ("between_time('09:30', '16:00', 3)", "a constant number: a text stands there"),
    ],
)
def test_between_time_names_times_of_day_and_a_time_zone(text: str, sentence: str) -> None:
    assert refusal(text).sentence.endswith(f" is {sentence}")


def test_between_time_takes_a_session_of_new_york() -> None:
    assert meaning("between_time('09:30', '16:00', 'America/New_York')").kind == "truth"


def test_what_stands_twice_in_a_rule_costs_once() -> None:
    once, twice = meaning("macd(close).signal > 0"), meaning("macd(close).signal > 0 or macd(close).macd > 0")
    assert (once.cost, twice.cost) == (4 + 1, 4 + 1 + 1 + 1)
    assert meaning("sma(close, 5)@1h > sma(close, 5)").cost == 1 + 1 + 1


def test_a_rule_that_came_as_json_is_refused_without_a_place() -> None:
    with pytest.raises(LanguageError) as refused:
        check(from_json({"smaa": ["close", 3]}))
    assert (refused.value.sentence, refused.value.place) == (
        "unknown indicator `smaa`, did you mean `sma`?",
        None,
    )
