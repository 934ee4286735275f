"""A strategy file that cannot be used: which key, and where in its expression."""

import pytest

from shared.engine.language import LanguageError, Place, read_strategy, strategy_from_json
from tests.shared.engine.language.files import CROSS, with_entry, with_risk
from tests.shared.engine.language.hostile import nested, refused_quickly

SAID = {
    # keys
    'nam = "a"': "name: this is missing: is it meant by `nam`?",
    with_risk("stop_los = 1"): "risk: unknown key `stop_los`, did you mean `stop_loss`?",
    with_risk(
        "stop_loss = { percnt = 0.02 }"
    ): "risk.stop_loss: unknown key `percnt`, did you mean `percent`?",
    with_risk("stop_loss = { percent = 0.02, bars = 3 }"): (
        "risk.stop_loss: unknown key `bars`:"
        " there are `of`, `long_price`, `percent`, `atr`, `price` or `short_price`"
    ),
    with_risk("size = { quantity = 1, cash = 2 }"): (
        "risk.size: one of `quantity`, `cash`, `percent_of_equity`, `risk_fraction`, `volatility_target`"
        " or `kelly` stands here, not `quantity` and `cash` together"
    ),
    with_risk("trailing_stop = {}"): (
        "risk.trailing_stop: one of `percent`, `atr` or `chandelier` stands here"
    ),
    # kinds
    with_risk("size = 3"): "risk.size: a table stands here",
    with_risk(
        'time_stop = "close"'
    ): "risk.time_stop: this is a series of numbers: a constant number stands here",
    with_risk("time_stop = 1979-05-27"): (
        "risk.time_stop: write a number, a string, or an object of one key with a list"
    ),
    with_risk("time_stop = true"): (
        "risk.time_stop: this is a constant, true or false: a constant number stands here"
    ),
    'name = "a"\nuniverse = "BTCUSDT"\n[entry]\nlong = "close > 1"': "universe: a list of texts stands here",
    "name = 3": "name: a text stands here",
    # values
    with_risk("stop_loss = { percent = 2 }"): (
        "risk.stop_loss.percent: 2 stands here: a number above 0 up to 1 is expected, 0.02 for 2 %"
    ),
    with_risk("take_profit = [{ percent = 0.1, share = 0.5 }, { percent = 0 }]"): (
        "risk.take_profit[1].percent: 0 stands here: a number above 0 up to 100 is expected, 0.02 for 2 %"
    ),
    with_risk("take_profit = [{ percent = 0.1 }, { percent = 0.2, share = 0.5 }]"): (
        "risk.take_profit: the shares add up to more than 1: each target needs its `share`"
    ),
    with_risk("time_stop = 2.5"): "risk.time_stop: 2.5 stands here: a whole number is expected",
    with_risk("leverage = { most = 6 }"): (
        "risk.leverage.most: 6 stands here: a number from 1 up to 5 is expected"
    ),
    with_risk("leverage = { most = 4, maintenance_margin = 0.25 }"): (
        "risk.leverage.maintenance_margin: at this leverage the margin is gone before the first loss"
    ),
    with_risk("size = { risk_fraction = 0.01 }"): (
        "risk.size.risk_fraction: a size by what is lost at the stop needs `risk.stop_loss`"
    ),
    with_risk(
        'stop_loss = { percent = 0.02, of = "fil" }'
    ): "risk.stop_loss.of: unknown `fil`, did you mean `fill`?",
    # entries
    'name = "a"': "entry: `long` or `short` is missing: when does it enter?",
    'name = " "\n[entry]\nlong = "close > open"': "name: the strategy needs a name",
    with_entry('order = "limt"'): "entry.order: unknown `limt`, did you mean `limit`?",
    with_entry('price = "close"'): "entry.order: a market order has no price: write `limit` or `stop`",
    with_entry('order = "limit"'): (
        "entry.price: this is missing: `price` for both directions, or `long_price`"
    ),
    with_entry('short = "close < open"\norder = "stop"\nlong_price = "close"'): (
        "entry.price: this is missing: `price` for both directions, or `short_price`"
    ),
    with_entry('order = "stop"\nprice = "close"\nlong_price = "close"'): (
        "entry.long_price: `price` stands for both directions already"
    ),
    with_entry("ladder = { levels = 3, percent = 0.01 }"): (
        'entry.ladder: a ladder is made of limit orders: write order = "limit"'
    ),
    with_entry("pyramiding = 0"): "entry.pyramiding: 0 stands here: a number from 1 up to 100 is expected",
    with_entry(
        '[exit]\nshort = "close > open"'
    ): "exit.short: nothing is left here: there is no `entry.short`",
    with_entry(
        "[[legs]]\nsymbol = 'A'\nweight = 1"
    ): "legs: two or more legs stand here, each of its own symbol",
    with_entry("[[legs]]\nsymbol = 'A'\nweight = 1\n[[legs]]\nsymbol = 'B'\nweight = 0"): (
        "legs: a leg weighs something: its `weight` is not 0"
    ),
    with_entry(
        "[[legs]]\nsymbol = 'A'\nwieght = 1"
    ): "legs[0].weight: this is missing: is it meant by `wieght`?",
    # parameters
    with_entry("[parameters]\nfast = nan"): "parameters.fast: a number lies between -1e+15 and 1e+15",
    with_entry("[parameters]\n'a b' = 1"): "parameters: `a b` is no name of letters, digits and `_`",
    with_entry("[parameters]\nfast = [1]"): "parameters.fast: a number, a text, true or false stands here",
    with_entry("[parameters]\nfast = { from = 1 }"): "parameters.fast.value: this is missing",
    with_entry("[parameters]\nfast = { value = 1, from = 5, to = 4, step = 1 }"): (
        "parameters.fast.to: 4 stands here: a number from 5 up to 1000000000000000 is expected"
    ),
    with_entry("[parameters]\nfast = { value = true, from = 5 }"): (
        "parameters.fast.value: a yes or no has no range"
    ),
    # the file
    "name = ": "this is no TOML: Invalid value (at end of document)",
    'name = "a"\ntimeframe = "2h"': (
        "timeframe: unknown `2h`: there are `1m`, `5m`, `15m`, `30m`, `1h`, `4h`, `1d` or `1w`"
    ),
    'name = "a"\nuniverse = ["A", "A"]\n[entry]\nlong = "close > 1"': "universe: a symbol stands here twice",
    'name = "a"\nuniverse = ["A B"]\n[entry]\nlong = "close > 1"': (
        'universe: "A B" is no symbol, such as "BTCUSDT"'
    ),
}


def refusal(text: str) -> LanguageError:
    with pytest.raises(LanguageError) as refused:
        read_strategy(text)
    return refused.value


@pytest.mark.parametrize(("text", "said"), SAID.items(), ids=SAID.values())
def test_what_a_file_cannot_say_is_told_with_its_key(text: str, said: str) -> None:
    assert str(refusal(text)) == said


@pytest.mark.parametrize(
    ("changed", "path", "sentence", "piece"),
    [
        (
            CROSS.replace('long = "crosses_above', 'long = "crosses_abve'),
            "entry.long",
            "unknown indicator `crosses_abve` at 1, did you mean `crosses_above`?",
            "crosses_abve",
        ),
        (
            CROSS.replace('sma(close, $slow))"\n[exit]', 'sma(close, $slwo))"\n[exit]'),
            "entry.short",
            "unknown parameter `$slwo` at 45, did you mean `$slow`?",
            "$slwo",
        ),
        (
            CROSS.replace('"$stop"', '"$stop +"'),
            "risk.stop_loss.percent",
            "the rule ends at 8, where a value is missing",
            "",
        ),
    ],
)
def test_an_expression_is_told_with_its_key_and_the_place_in_it(
    changed: str, path: str, sentence: str, piece: str
) -> None:
    found = refusal(changed)
    assert (found.path, found.sentence) == (path, sentence)
    expressions = [line.split('"')[1] for line in changed.splitlines() if '"' in line and " = " in line]
    start, end = found.place or Place(0, 0)
    assert piece in [expression[start:end] for expression in expressions]


def test_a_rule_that_came_as_json_is_told_with_its_branch() -> None:
    with pytest.raises(LanguageError, match=r"entry.long.and\[1\].<\[0\]: write a number, a string"):
        strategy_from_json({"name": "a", "entry": {"long": {"and": ["a", {"<": [None, 1]}]}}})


def test_a_timeframe_finer_than_the_strategy_s_is_refused() -> None:
    text = 'name = "a"\ntimeframe = "1h"\n[entry]\nlong = "close@5m > 1"'
    assert str(refusal(text)) == "entry.long: `5m` at 1 is finer than the strategy's own timeframe, 1h"


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".a" * 16_000 + " = 1",
        "[" + "a." * 16_000 + "a]",
        "a = " + "[" * 30_000,
        "a = " + "{a = " * 10_000,
        "a = " + "1" * 30_000,
        "x" * 1_000_000,
        "\n".join(f"a{number} = 1" for number in range(2_500)),
        "[parameters]\n" + "\n".join(f"a{number} = 1" for number in range(2_500)),
        'name = "a"\n[entry]\nlong = "' + "(" * 30_000 + '"',
        'name = "' + "a" * 30_000 + '"',
        'name = "a\u202eb"',
    ],
    ids=range(11),
)
def test_a_hostile_file_is_refused_within_50_ms(text: str) -> None:
    assert len(str(refused_quickly(read_strategy, text))) < 200


@pytest.mark.parametrize(
    "document",
    [
        None,
        {"name": "a" * 1_000_000},
        {str(number): 1 for number in range(100_000)},
        {"name": "a", "parameters": {str(number): 1 for number in range(100_000)}},
        {"name": "a", "parameters": {"a" * 1_000_000: 1}},
        {"name": "a", "entry": {"long": nested(10_000)}},
        {"name": "a", "entry": {"long": "close > 1"}, "universe": ["A"] * 1_000_000},
        {"name": "a", "entry": {"long": "close > 1"}, "risk": {"take_profit": [{}] * 1_000_000}},
        {"name": "a", "entry": {"long": "close > 1"}, "risk": {"take_profit": nested(10_000)}},
    ],
    ids=range(9),
)
def test_a_hostile_document_is_refused_within_50_ms(document: object) -> None:
    assert len(str(refused_quickly(strategy_from_json, document))) < 200


def test_a_file_may_not_cost_more_than_one_rule() -> None:
    dear = f"max({', '.join(f'rank(close[{bars}], universe)' for bars in range(1, 30))}) > 1"
    text = f'name = "a"\n[entry]\nlong = "{dear}"\nshort = "{dear.replace("close", "open")}"'
    assert str(refusal(text)) == "entry.short: the rules cost more than 500 passes over the bars"
