"""Rules by other values: their bits are those of a plan that was made for these values alone."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.engine.costs import FREE
from shared.engine.language import Definition, LanguageError, read_strategy, with_parameters
from shared.engine.plan import Side
from shared.engine.rules import Cache, DataError, plan
from shared.engine.rules.varying import Rules, Varying, is_varying
from tests.shared.engine.rules.make import walk

BARS = walk(96)
NAMES = frozenset(["few", "many", "level", "flag"])
NUMBERS = st.sampled_from(
    [
        *("close", "open", "$level", "100", "sma(close, $few)", "ema(high, $many)", "close[$few]", "$few"),
        *("sma(close, $few) * 1.001", "sma(close@1h, $few)", "highest(high, $many)[1]", "rsi(close, $many)"),
        *("where(close > open, sma(close, $few), $level)", "bars_since(close > $level)", "-close"),
        *("macd(close, $few, $many, 2).signal", "bbands(close, $many, 2).upper"),
    ]
)
ALONE = st.sampled_from(
    ["$flag", "rising(close, $few)", 'between_time("01:00", "05:00", "UTC")', "not $flag"]
)
COMPARED = st.one_of(
    st.builds("{} {} {}".format, NUMBERS, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), NUMBERS),
    st.builds("{}({}, {})".format, st.sampled_from(["crosses_above", "crosses_below"]), NUMBERS, NUMBERS),
)
CONDITIONS = st.recursive(
    COMPARED | ALONE,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {} or {})".format, inner, inner, inner),
        st.builds("(not ({}))".format, inner),
    ),
    max_leaves=4,
)
VALUES = st.fixed_dictionaries(
    {
        "few": st.sampled_from([2.0, 3.0, 5.0]),
        "many": st.sampled_from([4.0, 7.0]),
        "level": st.sampled_from([99.5, 100.0, 101.0]),
        "flag": st.booleans(),
    }
)


def strategy(long: str, left: str, short: str, covered: str, top: str = "") -> Definition:
    rules = f"[entry]\nlong = '{long}'\nshort = '{short}'\n[exit]\nlong = '{left}'\nshort = '{covered}'\n"
    parameters = "[parameters]\nfew = 2\nmany = 4\nlevel = 100.0\nflag = true\n"
    return read_strategy(f'name = "Varied"\n{top}{parameters}{rules}')


def planned(definition: Definition, values: dict[str, Any]) -> list[list[int]]:
    made = plan(with_parameters(definition, values), [BARS], instruments={}, costs=FREE, cash=1.0)
    return bits(made.traded[0].long, made.traded[0].short)


def bits(long: Side, short: Side) -> list[list[int]]:
    rules = (long.entry, long.exit, short.entry, short.exit)
    return [[] if rule.bits is None else rule.bits.tolist() for rule in rules]


def told(found: Rules | None) -> list[list[int]]:
    assert found is not None
    return bits(Side(found[0], found[1]), Side(found[2], found[3]))


@settings(max_examples=60)
@given(CONDITIONS, CONDITIONS, CONDITIONS, CONDITIONS, st.lists(VALUES, min_size=2, max_size=4))
def test_each_combination_has_the_bits_of_a_plan_of_its_own(
    long: str, left: str, short: str, covered: str, tried: list[dict[str, Any]]
) -> None:
    try:
        definition = strategy(long, left, short, covered)
    except LanguageError:
        assume(False)
    cache = Cache([BARS])
    assert is_varying(definition, cache, NAMES)
    varying = Varying(definition, cache)
    for values in [*tried, *tried[::-1]]:
        assert told(varying.rules(values)) == planned(definition, values)


@pytest.mark.parametrize(
    ("rules", "read"),
    [
        ("[entry]\nlong = 'close > close[$few]'", True),
        ("[entry]\nlong = 'close > close[$few]'\n[risk]\nstop_loss = { percent = 0.1 }", True),
        ("[entry]\nlong = 'close > open'\n[risk]\nstop_loss = { atr = 2, bars = '$few' }", False),
        ("[entry]\nlong = 'close > open'\norder = 'limit'\nprice = 'lowest(low, $few)'", False),
        ("[entry]\nlong = 'close > open'\n[exit]\nlong = 'bars_held > $few'", False),
        ("[entry]\nlong = 'close > close[$few]'\n[exit]\nlong = 'bars_held > 3'", False),
    ],
)
def test_rules_of_one_symbol_that_are_bits_are_varied_and_nothing_else(rules: str, read: bool) -> None:
    definition = read_strategy(f"name = 'X'\n[parameters]\nfew = 2\nmany = 4\n{rules}\n")
    assert is_varying(definition, Cache([BARS]), NAMES) == read
    assert not is_varying(definition, Cache([BARS, walk(96, seed=2, symbol="B")]), NAMES)


def test_what_may_not_be_is_for_the_whole_strategy_to_tell() -> None:
    rule = "sma(close@1w, $few) > sma(open@1w, $few)"
    top = "timeframe = '15m'\nrequires = ['$few < $many * 2500']\n"
    definition = strategy(rule, rule, rule, rule, top=top)
    varying = Varying(definition, Cache([BARS], enough=False))
    assert varying.rules({"few": 8999.0}) is None  # each looks back 6 million bars, both together 12
    assert with_parameters(definition, {"few": 8999.0}).look_back > 6_000_000
    assert varying.rules({"few": 2500.0, "many": 1.0}) is None
    assert varying.rules({"few": 100.0}) is not None
    for few in (20_000.0, True, 0.0):
        with pytest.raises(LanguageError):
            varying.rules({"few": few})
    short = Varying(strategy("close > sma(close, $few)", *["close < open"] * 3), Cache([BARS]))
    with pytest.raises(DataError, match="needs 97"):
        short.rules({"few": 97.0})
