"""Rules at random, of all that the second reading knows."""

from hypothesis import strategies as st

from shared.engine.language import LanguageError, check, parse
from tests.shared.engine.rules.expressions import COMPARISONS, CONSTANTS, ONE, RULES, SERIES, SIGNS

Texts = st.SearchStrategy[str]
NAMES = st.sampled_from(["open", "high", "low", "close", "volume", "hl2", "hlc3", "ohlc4"])
TIMEFRAMES = st.sampled_from(["15m", "1h", "4h", "1d", "1w"])
SYMBOLS = st.sampled_from("ABC")
FEW = st.integers(1, 5)
SOME = st.integers(2, 5)
ZONES = st.sampled_from(["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata"])
TIMES = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
PIVOTS = st.sampled_from(["pivot", "r1", "r2", "r3", "s1", "s2", "s3"])
OF_BARS = st.one_of(
    st.builds("atr({})".format, FEW),
    st.builds("donchian({}).{}".format, FEW, st.sampled_from(["upper", "middle", "lower"])),
    st.builds("pivots().{}".format, PIVOTS),
    st.just("obv()"),
    st.builds('vwap("{}")'.format, ZONES),
)
PARTS = NAMES | OF_BARS
ELSEWHERE = st.one_of(
    st.builds("{}@{}".format, PARTS, TIMEFRAMES),
    st.builds('{}["{}"]'.format, PARTS, SYMBOLS),
    st.builds('{}@{}["{}"]'.format, PARTS, TIMEFRAMES, SYMBOLS),
    st.builds('{}["{}"]@{}[{}]'.format, PARTS, SYMBOLS, TIMEFRAMES, FEW),
)
LEAVES = st.one_of(NAMES, NAMES, PARTS, ELSEWHERE, CONSTANTS)
AVERAGES = st.sampled_from(["sma", "ema", "wma", "roc", "mom", "highest", "lowest"])
SPREADS = st.sampled_from(["stddev", "zscore", "rsi"])
BANDS = st.sampled_from(["upper", "middle", "lower"])
LENGTHS = st.sampled_from(["2, 4", "2, 3", "5, 3", "3, 4"])  # unlike: the same would be a tie on all bars
LINES = st.sampled_from(["macd", "signal", "histogram"])


def condition(inner: Texts) -> Texts:
    """Made of numbers."""
    return st.one_of(
        st.builds("({} {} {})".format, inner, COMPARISONS, inner),
        st.builds("({} {} {})".format, inner, COMPARISONS, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["crosses_above", "crosses_below"]), inner, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["rising", "falling"]), inner, FEW),
        st.builds('between_time("{}", "{}", "{}")'.format, TIMES, TIMES, ZONES),
    )


def joined(inner: Texts) -> Texts:
    """Made of conditions."""
    return st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {} or {})".format, inner, inner, inner),
        st.builds("(not {})".format, inner),
        st.builds("{}[{}]".format, inner, FEW),
        st.builds('{}["{}"]'.format, inner, SYMBOLS),
    )


def conditions(inner: Texts) -> Texts:
    return condition(inner) | joined(condition(inner))


def _numbers(inner: Texts) -> Texts:
    return st.one_of(
        st.builds("({} {} {})".format, inner, SIGNS, inner),
        st.builds("{}({})".format, ONE, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner),
        st.builds("{}({}, {})".format, AVERAGES, inner, FEW),
        st.builds("{}({}, {})".format, SPREADS, inner, SOME),
        st.builds("bbands({}, {}, {}).{}".format, inner, SOME, FEW, BANDS),
        st.builds("macd({}, {}, {}).{}".format, inner, LENGTHS, FEW, LINES),
        _around(inner),
        st.builds("where({}, {}, {})".format, conditions(inner), inner, inner),
        st.builds("bars_since({})".format, conditions(inner)),
        st.builds("value_when({}, {})".format, conditions(inner), inner),
        st.builds("rank({}, universe)".format, inner),
    )


def _around(inner: Texts) -> Texts:
    """Elsewhere, or earlier."""
    return st.one_of(
        st.builds("({})[{}]".format, inner, FEW),
        st.builds("({})@{}".format, inner, TIMEFRAMES),
        st.builds('({})["{}"]'.format, inner, SYMBOLS),
    )


NUMBERS = st.recursive(LEAVES, _numbers, max_leaves=6)
WRITTEN = st.one_of(NUMBERS, conditions(NUMBERS), st.recursive(condition(NUMBERS), joined, max_leaves=4))


def means_something(text: str, timeframe: str) -> bool:
    try:
        return check(parse(text), timeframe=timeframe).series
    except LanguageError:
        return False


ANY = WRITTEN | SERIES | RULES
