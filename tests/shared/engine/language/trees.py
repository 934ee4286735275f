"""Trees at random: any shape the language has, whether or not it would mean something."""

from hypothesis import strategies as st

from shared.engine.language.tokens import TEXT, WORDS
from shared.engine.language.tree import (
    Calculation,
    Call,
    Comparing,
    Joined,
    Lag,
    Name,
    Negation,
    Node,
    Not,
    Number,
    OfSymbol,
    OnTimeframe,
    Output,
    Parameter,
    Text,
    Truth,
)

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True).filter(lambda name: name not in WORDS)
TEXTS = st.from_regex(TEXT, fullmatch=True).filter(lambda text: len(text) <= 64)
NUMBERS = st.integers(0, 10**15).map(float) | st.floats(0, 1e15)
TIMEFRAMES = st.from_regex(r"[0-9]{1,3}[A-Za-z]{1,2}", fullmatch=True)
LEAVES = st.one_of(
    NUMBERS.map(Number),
    st.booleans().map(Truth),
    TEXTS.map(Text),
    NAMES.map(Name),
    NAMES.map(Parameter),
)


def branches(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    indices = inner.filter(lambda node: not isinstance(node, Text))
    return st.one_of(
        st.builds(Call, NAMES, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Negation, inner),
        st.builds(Not, inner),
        st.builds(Calculation, st.sampled_from("+-*/"), inner, inner),
        st.builds(Comparing, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), inner, inner),
        st.builds(Joined, st.sampled_from(["and", "or"]), several),
        st.builds(Lag, inner, indices),
        st.builds(Output, inner, NAMES),
        st.builds(OnTimeframe, inner, TIMEFRAMES),
        st.builds(OfSymbol, inner, TEXTS),
    )


TREES = st.recursive(LEAVES, branches, max_leaves=12)
