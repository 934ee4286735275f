"""Expressions at random that mean something: each passes the checker on quarters of an hour."""

from hypothesis import strategies as st

from shared.engine.language import LanguageError, check, parse

FIELDS = st.sampled_from(["open", "high", "low", "close", "hl2", "volume"])
CONSTANTS = st.sampled_from(["0", "1", "2.5", "100", "-3"])
SIGNS = st.sampled_from(["+", "-", "*", "/"])
COMPARISONS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
ONE = st.sampled_from(["abs", "sqrt", "log", "exp", "sign", "floor", "ceil", "round", "-"])


def elementary(leaves: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Conditions made of what the position may stand in as well."""
    numbers = st.recursive(leaves | CONSTANTS, _numbers, max_leaves=6)
    compared = st.builds("({} {} {})".format, numbers, COMPARISONS, numbers)
    return st.recursive(compared, _conditions, max_leaves=4).filter(is_rule)


def _numbers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    condition = st.builds("{} {} {}".format, inner, COMPARISONS, inner)
    return st.one_of(
        st.builds("({} {} {})".format, inner, SIGNS, inner),
        st.builds("{}({})".format, ONE, inner),
        st.builds("{}({}, {}, {})".format, st.sampled_from(["min", "max"]), inner, inner, inner),
        st.builds("where({}, {}, {})".format, condition, inner, inner),
    )


def _conditions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {} or {})".format, inner, inner, inner),
        st.builds("(not {})".format, inner),
    )


def _remembering(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    bars = st.integers(1, 6)
    condition = st.builds("{} {} {}".format, inner, COMPARISONS, inner)
    return st.one_of(
        _numbers(inner),
        st.builds("({})[{}]".format, inner, bars),
        st.builds("({})@{}".format, inner, st.sampled_from(["1h", "4h", "15m"])),
        st.builds('({})["{}"]'.format, inner, st.sampled_from("AB")),
        st.builds("{}({}, {})".format, st.sampled_from(["sma", "ema", "highest", "lowest"]), inner, bars),
        st.builds("bars_since({})".format, condition),
        st.builds("bars_since(crosses_above({}, {}))".format, inner, inner),
        st.builds("value_when({}, {})".format, condition, inner),
        st.builds("rank({}, universe)".format, inner),
    )


def is_rule(text: str) -> bool:
    try:
        return check(parse(text), timeframe="15m").kind == "truth" and check(parse(text)).series
    except LanguageError:
        return False


def is_series(text: str) -> bool:
    try:
        return check(parse(text), timeframe="15m").series
    except LanguageError:
        return False


RULES = elementary(FIELDS)
ELSEWHERE = st.sampled_from(["@1h", "@4h", '["A"]', '["B"]', '@1h["B"]', '["A"]@4h', "[1]", "@1h[2]"])
LEAVES = st.one_of(FIELDS, CONSTANTS, st.builds("{}{}".format, FIELDS, ELSEWHERE))
SERIES = st.recursive(LEAVES, _remembering, max_leaves=8).filter(is_series)
