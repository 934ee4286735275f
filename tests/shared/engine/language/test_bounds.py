"""Hostile rules: refused with a sentence, quickly, whatever their form."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.engine.language import LanguageError, check, from_json, parse
from shared.engine.language.bounds import DEPTH, NODES
from tests.shared.engine.language.hostile import nested, refused_quickly

ALPHABET = string.ascii_lowercase[:4] + "0123456789.$@[]()\"'<>=!+-*/, \n" + "ѕ\u202e\x00\ud800"
MILLION = 1_000_000
TEXTS = {
    "a million characters": "close + " * (MILLION // 8) + "1",
    "a million parentheses": "(" * MILLION,
    "as many parentheses as a text may hold": "(" * 60_000,
    "a closed nest": "(" * 30_000 + "1" + ")" * 30_000,
    "nested calls": "abs(" * 15_000 + "1" + ")" * 15_000,
    "nested lags": "close[" * 10_000 + "1" + "]" * 10_000,
    "a chain of lags": "close" + "[1]" * 20_000,
    "a chain of outputs": "a" + ".a" * 30_000,
    "a chain of timeframes": "a" + "@1h" * 20_000,
    "signs": "-" * 60_000 + "1",
    "negations": "not " * 15_000 + "true",
    "a long sum": "1" + "+1" * 30_000,
    "a long conjunction": "true" + " and true" * 7_000,
    "a long call": "max(" + "1," * 30_000 + "1)",
    "a chain of comparisons": "1" + "<1" * 30_000,
    "a long name": "a" * 60_000,
    "a long unknown function": "a" * 60_000 + "(1)",
    "a long number": "9" * 60_000,
    "a long fraction": "0." + "1" * 60_000,
    "a large exponent": "1e99999",
    "a number beyond the grid": "1e16",
    "a long text": '"' + "a" * 60_000 + '"',
    "an open text": '"' + "a" * 60_000,
    "an open text after many": '"a" ' * 10_000 + '"',
    "blanks": " " * 65_000,
    "letters that only look like ours": "ѕmа(сlоѕе, 5)",
    "a direction of writing": "close \u202e> 1",
    "a lone surrogate": "close > \ud800",
    "a NUL byte": "close\x00 > 1",
    "other digits": "close > ١",
    "an invisible blank": "close\u00a0> 1",
}


JSONS: dict[str, object] = {
    "a deep nest": nested(100_000),
    "nested lists": {"abs": [[[[1]]]]},
    "a wide call": {"max": [1] * MILLION},
    "many wide calls": {"max": [{"max": [1] * 400} for _ in range(400)]},
    "a long key": {"a" * MILLION: [1]},
    "a long name": "a" * MILLION,
    "a long text": "'" + "a" * MILLION + "'",
    "a huge number": 10**4000,
    "a number that is none": float("nan"),
    "infinity": float("inf"),
    "a key that is no name": {"__class__.x": [1]},
    "nothing": None,
    "a list": [1, 2],
    "an empty object": {},
    "many keys": {str(number): [1] for number in range(100_000)},
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_hostile_text_is_refused_within_50_ms(text: str) -> None:
    refusal = refused_quickly(lambda text: check(parse(text)), text)
    assert refusal.code in ("too_large", "syntax")
    assert len(str(refusal)) < 200


@pytest.mark.parametrize("value", JSONS.values(), ids=JSONS)
def test_hostile_json_is_refused_within_50_ms(value: object) -> None:
    refusal = refused_quickly(lambda value: check(from_json(value)), value)
    assert refusal.code in ("too_large", "syntax")
    assert len(str(refusal)) < 200


def refused(text: str) -> LanguageError | None:
    try:
        check(parse(text))
    except LanguageError as refusal:
        return refusal
    return None


@settings(max_examples=200)
@given(st.text(alphabet=ALPHABET, max_size=60))
def test_any_text_is_a_rule_or_is_refused(text: str) -> None:
    refusal = refused(text)
    if refusal is not None:
        assert refusal.sentence > ""
        assert refusal.place is None or 0 <= refusal.place.start <= refusal.place.end <= len(text)


def test_a_rule_may_nest_as_deep_as_the_bound_and_no_deeper() -> None:
    deepest = "abs(" * (DEPTH - 1) + "close" + ")" * (DEPTH - 1)
    assert check(parse(deepest)).cost == DEPTH - 1
    with pytest.raises(LanguageError, match=f"the rule nests deeper than {DEPTH} levels at 129"):
        parse(f"abs({deepest})")


def test_parentheses_cost_no_depth_of_the_tree() -> None:
    deepest = "(1+" * (DEPTH - 1) + "1" + ")" * (DEPTH - 1)
    assert check(parse(deepest)).constant == DEPTH


def test_a_rule_may_have_as_many_parts_as_the_bound_and_no_more() -> None:
    most = "max(" + ", ".join(["1"] * (NODES - 1)) + ")"
    assert check(parse(most)).constant == 1
    with pytest.raises(LanguageError, match=f"the rule has more than {NODES} parts"):
        parse(most.replace("max(", "max(1, "))


def test_a_rule_may_not_look_back_further_than_any_run_has_bars() -> None:
    assert check(parse("sma(close@1w, 500)")).look_back == 500 * 10_080 - 1 + 10_079
    with pytest.raises(LanguageError, match="the rule looks back 20170078 bars: more than 10000000"):
        check(parse("sma(close@1w, 2000)"))


def test_a_rule_may_not_cost_more_than_the_bound() -> None:
    dear = " + ".join(f"rank(close[{bars}], universe)" for bars in range(1, 30))
    assert check(parse(dear)).cost == 29 * 10 + 28
    dear = f"max({', '.join(f'rank(close[{bars}], universe)' for bars in range(1, 60))})"
    with pytest.raises(LanguageError, match="the rule costs 591 passes over the bars: more than 500"):
        check(parse(dear))
