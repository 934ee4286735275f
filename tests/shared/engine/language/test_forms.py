"""One tree, three forms: the text a person writes, the canonical text, and JSON."""

import json
import pickle

import pytest
from hypothesis import given, settings

from shared.engine.language import LanguageError, Node, Place, from_json, parse, render, to_json
from shared.engine.language.tree import (
    Calculation,
    Call,
    Comparing,
    Joined,
    Lag,
    Name,
    Negation,
    Not,
    Number,
    OfSymbol,
    OnTimeframe,
    Output,
    Parameter,
    Text,
    Truth,
)
from tests.shared.engine.language.trees import TREES

A, B, C = Name("a"), Name("b"), Name("c")
RARELY = settings(max_examples=200)
FORMS = [
    ("close", Name("close"), "close"),
    ("14", Number(14), 14),
    ("0.5", Number(0.5), 0.5),
    ("1e-05", Number(0.00001), 0.00001),
    ("true", Truth(True), True),
    ('"accumulation"', Text("accumulation"), "'accumulation'"),
    ("$fast", Parameter("fast"), "$fast"),
    ("sma(close, $fast)", Call("sma", (Name("close"), Parameter("fast"))), {"sma": ["close", "$fast"]}),
    ("amd_phase()", Call("amd_phase", ()), {"amd_phase": []}),
    ("-5", Negation(Number(5)), -5),
    ("-0", Negation(Number(0)), {"-": [0]}),
    ("-a", Negation(A), {"-": ["a"]}),
    ("not a", Not(A), {"not": ["a"]}),
    ("a - b - c", Calculation("-", Calculation("-", A, B), C), {"-": [{"-": ["a", "b"]}, "c"]}),
    ("a - (b - c)", Calculation("-", A, Calculation("-", B, C)), {"-": ["a", {"-": ["b", "c"]}]}),
    ("a + b * c", Calculation("+", A, Calculation("*", B, C)), {"+": ["a", {"*": ["b", "c"]}]}),
    ("a < b", Comparing("<", A, B), {"<": ["a", "b"]}),
    ("a and b and c", Joined("and", (A, B, C)), {"and": ["a", "b", "c"]}),
    ("a and (b and c)", Joined("and", (A, Joined("and", (B, C)))), {"and": ["a", {"and": ["b", "c"]}]}),
    ("a or b and c", Joined("or", (A, Joined("and", (B, C)))), {"or": ["a", {"and": ["b", "c"]}]}),
    ("(a or b) and c", Joined("and", (Joined("or", (A, B)), C)), {"and": [{"or": ["a", "b"]}, "c"]}),
    ("not a < b", Not(Comparing("<", A, B)), {"not": [{"<": ["a", "b"]}]}),
    ("close[1]", Lag(Name("close"), Number(1)), {"[]": ["close", 1]}),
    ("-a[1]", Negation(Lag(A, Number(1))), {"-": [{"[]": ["a", 1]}]}),
    ('close["BTCUSDT"]', OfSymbol(Name("close"), "BTCUSDT"), {"[]": ["close", "'BTCUSDT'"]}),
    ("close@1h", OnTimeframe(Name("close"), "1h"), {"@": ["close", "1h"]}),
    ("macd(a).signal", Output(Call("macd", (A,)), "signal"), {".": [{"macd": ["a"]}, "signal"]}),
]


@pytest.mark.parametrize(("text", "tree", "stored"), FORMS, ids=[text for text, _, _ in FORMS])
def test_a_rule_is_the_same_as_text_as_tree_and_as_json(text: str, tree: Node, stored: object) -> None:
    assert parse(text) == tree
    assert render(tree) == text
    assert to_json(tree) == stored
    assert from_json(stored) == tree


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("  a<b\n\tand   ((c)) ", "a < b and c"),
        ("'x' == a", '"x" == a'),
        ("14.0 * 1e2", "14 * 100"),
        ("((a + b)) + c", "a + b + c"),
        ("close[ 'X' ]", 'close["X"]'),
    ],
)
def test_spaces_quotes_and_needless_parentheses_make_no_difference(written: str, canonical: str) -> None:
    assert render(parse(written)) == canonical


@RARELY
@given(TREES)
def test_every_tree_comes_back_from_its_text(tree: Node) -> None:
    text = render(tree)
    assert parse(text) == tree
    assert render(parse(text)) == text


@RARELY
@given(TREES)
def test_every_tree_comes_back_from_its_json(tree: Node) -> None:
    stored = json.dumps(to_json(tree))
    assert from_json(json.loads(stored)) == tree
    assert json.dumps(to_json(from_json(json.loads(stored)))) == stored


def test_every_part_knows_where_it_stood() -> None:
    text = "crosses_above(sma(close, 5)[1], $x) and (open < 2)"
    tree = parse(text)
    first, second = tree.children
    lagged, parameter = first.children
    parts = [text[slice(*(part.place or ()))] for part in (tree, first, lagged, parameter, second)]
    call = "crosses_above(sma(close, 5)[1], $x)"
    assert parts == [text, call, "sma(close, 5)[1]", "$x", "open < 2"]


def test_two_rules_that_say_the_same_are_equal_wherever_they_stood() -> None:
    assert parse("sma(close,5)") == parse("  sma( close , 5 )")
    assert len({parse("sma(close,5)"), parse("  sma( close , 5 )")}) == 1


@pytest.mark.parametrize(
    ("text", "sentence", "place"),
    [
        ("", "the rule is empty", (0, 0)),
        ("a <", "the rule ends at 4, where a value is missing", (3, 3)),
        ("(a", "unexpected the end of the rule at 3, where `)` is missing", (2, 2)),
        ("a b", "unexpected `b` at 3, after the end of the rule: is an operator missing?", (2, 3)),
        ("f(a,)", "unexpected `)` at 5, where a value is missing", (4, 5)),
        ("a < not b", "unexpected `not` at 5, here: put `(not …)` in parentheses", (4, 7)),
        ("a < b < c", "comparisons do not chain, as at 7: write `a < b and b < c`", (6, 7)),
        ("a < b == true", "comparisons do not chain, as at 7: write `a < b`", (6, 8)),
        ("a < b != true", "comparisons do not chain, as at 7: write `not (a < b)`", (6, 8)),
        ("a && b", "unexpected `&` at 3: write `and`", (2, 3)),
        ("a = b", "unexpected `=` at 3: write `==` to compare", (2, 3)),
        ("a % 2", "unexpected `%` at 3: write the fraction, 0.02 for 2 percent", (2, 3)),
        ("a.", "unexpected the end of the rule at 3, where the name of an output is missing", (2, 2)),
        ('a == "b', 'unexpected `"` at 6: the quote is not closed', (5, 6)),
        ("ѕma(1)", "unexpected character U+0455 at 1: rules are plain ASCII", (0, 1)),
        ('"é"', "the text at 1 may hold plain letters, digits and signs, no `\\` or quote", (0, 3)),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, sentence: str, place: tuple[int, int]) -> None:
    with pytest.raises(LanguageError) as refusal:
        parse(text)
    assert (refusal.value.code, refusal.value.sentence) == ("syntax", sentence)
    assert refusal.value.place == Place(*place)


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (None, "write a number, a string, or an object of one key with a list"),
        ({"<": [None, 1]}, "<[0]: write a number, a string, or an object of one key with a list"),
        ({"and": ["a", {"<": ["b c", 1]}]}, "and[1].<[0]: `b c` is no name; a text stands in single quotes"),
        ({"<": ["a"]}, "<: `<` does not go with 1 values"),
        ({"and": ["a"]}, "and: `and` does not go with 1 values"),
        ({"a": ["b"], "c": []}, "write a number, a string, or an object of one key with a list"),
        ({"sma": "close"}, "write a number, a string, or an object of one key with a list"),
        ("'it''s'", "`'it''s'` is no name; a text stands in single quotes"),
        ({"@": ["close", "1 h"]}, "@[1]: `1 h` is no name; a text stands in single quotes"),
    ],
)
def test_json_that_is_no_rule_is_told_with_its_branch(stored: object, said: str) -> None:
    with pytest.raises(LanguageError) as refusal:
        from_json(stored)
    assert str(refusal.value) == said


def test_what_is_made_of_the_same_parts_is_not_the_same_rule() -> None:
    x = Name("x")
    assert Negation(x) != Not(x)
    assert Calculation("-", x, x) != Calculation("+", x, x)
    assert Number(1.0) != Truth(True)
    assert Name("x") != Parameter("x")


@RARELY
@given(TREES)
def test_a_tree_of_another_process_is_found_as_ones_own(tree: Node) -> None:
    assert {tree: "kept"}[pickle.loads(pickle.dumps(tree))] == "kept"
