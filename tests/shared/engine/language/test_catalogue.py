"""The catalogue: everything that the spec names is there, and needs the bars that TA-Lib needs."""

import pytest

from shared.engine.language import LanguageError, check, parse, words
from shared.engine.language.catalogue import NAMES, Function, Setting
from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.patterns import PATTERNS

SPECIFIED = (
    "sma ema wma dema tema kama hma vwap rsi stoch stochrsi macd adx dmi cci roc mom willr mfi obv adl cmf"
    " atr natr bbands keltner donchian supertrend psar ichimoku aroon pivots fibonacci zscore linreg stddev"
    " hvol crosses_above crosses_below highest lowest rising falling bars_since between_time rank amd_phase"
)
ALL = [pytest.param(function, id=name) for name, function in FUNCTIONS.items()]


def settings_of(function: Function, *, given: float) -> list[float]:
    """The defaults, and a number where there is none."""
    numbers = [each for each in function.settings if isinstance(each, Setting)]
    return [given if each.default is None else each.default for each in numbers]


def test_everything_that_the_spec_names_may_be_called() -> None:
    assert set(SPECIFIED.split()) - FUNCTIONS.keys() == set()
    assert len([name for name in FUNCTIONS if name.startswith("cdl_")]) == len(PATTERNS) == 61


@pytest.mark.parametrize(
    ("text", "bars"),
    [  # TA-Lib 0.8's own `lookback`
        ("sma(close, 20)", 19),
        ("ema(close, 20)", 19),
        ("wma(close, 20)", 19),
        ("dema(close, 20)", 38),
        ("tema(close, 20)", 57),
        ("kama(close, 20)", 20),
        ("rsi(close, 14)", 14),
        ("stoch(14, 3, 5).k", 19),
        ("stochrsi(close, 14, 7, 3).d", 22),
        ("macd(close, 12, 26, 9).signal", 33),
        ("adx(20)", 39),
        ("dmi(20).plus", 20),
        ("cci(20)", 19),
        ("roc(close, 20)", 20),
        ("mom(close, 20)", 20),
        ("willr(20)", 19),
        ("mfi(20)", 20),
        ("atr(20)", 20),
        ("natr(20)", 20),
        ("bbands(close, 20, 2).upper", 19),
        ("aroon(20).up", 20),
        ("linreg(close, 20)", 19),
        ("stddev(close, 20)", 19),
        ("obv()", 0),
        ("adl()", 0),
        ("psar()", 1),
        ("cdl_engulfing()", 2),
        ("cdl_abandonedbaby(0.3)", 12),
        ("cdl_hikkake()", 5),
    ],
)
def test_an_indicator_needs_as_many_bars_as_ta_lib_s(text: str, bars: int) -> None:
    assert check(parse(text)).look_back == bars


@pytest.mark.parametrize(
    ("text", "bars"),
    [
        ("hma(close, 16)", 15 + 3),  # the average of 16, then one of √16
        ("keltner(20, 2, 30).upper", 30),  # the range is longer than the average
        ("donchian(20).lower", 19),
        ("supertrend(10, 3).line", 10),
        ("ichimoku(9, 26, 52).span_b", 51 + 26),  # drawn 26 bars later
        ("zscore(close, 20)", 19),
        ("hvol(close, 20)", 20),
        ("cmf(20)", 19),
        ("fibonacci(100).r618", 99),
        ("vwap()", 0),
        ("pivots().r1", 0),
    ],
)
def test_an_indicator_that_ta_lib_has_not_needs_the_bars_of_its_parts(text: str, bars: int) -> None:
    assert check(parse(text)).look_back == bars


@pytest.mark.parametrize("function", ALL)
def test_a_longer_window_never_needs_fewer_bars(function: Function) -> None:
    counts = [function.warm_up(*settings_of(function, given=n)) for n in (2, 3, 50)]
    assert counts == sorted(counts)
    assert counts[0] >= 0


@pytest.mark.parametrize("function", ALL)
def test_a_default_lies_within_its_bounds(function: Function) -> None:
    numbers = [each for each in function.settings if isinstance(each, Setting) and each.default is not None]
    assert [each.name for each in numbers if not each.low <= (each.default or 0) <= each.high] == []


def test_a_setting_with_a_default_never_precedes_one_without() -> None:
    for function in FUNCTIONS.values():
        optional = [setting.default is not None for setting in function.settings]
        assert optional == sorted(optional), function.name


def test_there_are_words_for_every_name_in_both_languages() -> None:
    assert words.CALLS.keys() == FUNCTIONS.keys()
    assert words.NAMES.keys() == NAMES.keys()
    assert {output for function in FUNCTIONS.values() for output in function.outputs} == words.OUTPUTS.keys()
    spoken = [*words.CALLS.values(), *words.NAMES.values(), *words.OUTPUTS.values()]
    assert [pair for pair in spoken if not all(pair)] == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sma(close, 0)", "`n` of `sma` at 12 is 0: it lies between 1 and 10000"),
        ("sma(close, 10001)", "`n` of `sma` at 12 is 10001: it lies between 1 and 10000"),
        ("rsi(close, 1)", "`n` of `rsi` at 12 is 1: it lies between 2 and 10000"),
        ("sma(close, 2.5)", "`n` of `sma` at 12 is 2.5: a whole number stands there"),
        ("sma(close, open)", "`n` of `sma` at 12 is a series of numbers: a constant number stands there"),
        ("bbands(close, 20, -1).upper", "`factor` of `bbands` at 19 is -1: it lies between 0 and 100"),
        ("sma(close)", "`sma` at 1 is written `sma(x, n)`: 1 given"),
        ("atr(close, 14)", "`atr` at 1 is written `atr(n)`, of the whole bar: 2 given"),
        ("rsi(14)", "`rsi` at 1 has no series to work on: write `rsi(x, n)` with a series such as `close`"),
        ("macd(close)", "`macd` at 1 has several outputs: name `.macd`, `.signal` or `.histogram`"),
        ("macd(close).signl", "unknown output `signl` at 1, did you mean `signal`?"),
        ("rsi(close).k", "`rsi` at 1 has one output, which has no name"),
    ],
)
def test_a_call_that_does_not_fit_says_how_it_is_written(text: str, sentence: str) -> None:
    with pytest.raises(LanguageError) as refusal:
        check(parse(text))
    assert refusal.value.sentence == sentence


@pytest.mark.parametrize(
    ("text", "sentence", "piece"),
    [
        ("crosses_above(smaa(close, 3), 2)", "unknown indicator `smaa` at 15, did you mean `sma`?", "smaa"),
        ("RSI(close, 14)", "unknown indicator `RSI` at 1, did you mean `rsi`?", "RSI"),
        (
            "cdl_hamer()",
            "unknown candlestick pattern `cdl_hamer` at 1, did you mean `cdl_hammer`?",
            "cdl_hamer",
        ),
        ("qqqq(1)", "unknown indicator `qqqq` at 1", "qqqq"),
        ("clsoe", "unknown name `clsoe` at 1, did you mean `close`?", "clsoe"),
        ("close + rsi", "`rsi` at 9 is a function: write `rsi(x, n)`", "rsi"),
        ("in_position()", "`in_position` at 1 is written without parentheses", "in_position()"),
        ("close + fast", "`fast` at 9 is a parameter: write `$fast`", "fast"),
        ("close + $fsat", "unknown parameter `$fsat` at 9, did you mean `$fast`?", "$fsat"),
    ],
)
def test_a_misspelt_name_is_told_with_the_nearest_one(text: str, sentence: str, piece: str) -> None:
    with pytest.raises(LanguageError) as refusal:
        check(parse(text), parameters={"fast": 24})
    assert refusal.value.sentence == sentence
    assert text[slice(*(refusal.value.place or ()))] == piece
