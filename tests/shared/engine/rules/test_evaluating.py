"""Expressions on bars: what each says on every bar."""

import numpy as np
import pytest

from shared.engine.language import LanguageError, parse
from shared.engine.rules import evaluate
from tests.shared.engine.rules.make import bars, phases, values, walk

NAN = float("nan")
ONE = bars([4.0, 5.0], open=[2.0, 3.0], high=[8.0, 9.0], low=[1.0, 2.0], volume=[7.0, 8.0])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("open", [2, 3]),
        ("high", [8, 9]),
        ("low", [1, 2]),
        ("close", [4, 5]),
        ("volume", [7, 8]),
        ("hl2", [4.5, 5.5]),
        ("hlc3", [13 / 3, 16 / 3]),
        ("ohlc4", [15 / 4, 19 / 4]),
        ("-close", [-4, -5]),
        ("close + open * 2 - 1", [7, 10]),
        ("close / (open - 3)", [-4, NAN]),
        ("(open - 3) / (open - 3)", [1, NAN]),
        ("abs(open - 4)", [2, 1]),
        ("sqrt(close - 4.5)", [NAN, 0.5**0.5]),
        ("log(close - 4)", [NAN, 0]),
        ("exp(close - 4)", [1, np.e]),
        ("exp(close * 200)", [NAN, NAN]),
        ("exp(close * 140) * exp(close * 140)", [NAN, NAN]),
        ("sign(close - 4)", [0, 1]),
        ("floor(close / 3)", [1, 1]),
        ("ceil(close / 3)", [2, 2]),
        ("round(close / 2 - 0.5)", [2, 2]),  # 1.5 and 2: half to even
        ("min(close, volume - 3, 4.5)", [4, 4.5]),
        ("max(close, open * 2)", [4, 6]),
        ("where(close > 4, open, volume)", [7, 3]),
        ("where(close > 4, sqrt(-close), 1)", [1, NAN]),
        ("where(sqrt(close - 4.5) > 0, 1, 2)", [NAN, 1]),
        ("where(true, close, 1)", [4, 5]),
        ("where($yes, 1, close)", [1, 1]),
        ("close[1]", [NAN, 4]),
        ("close[0]", [4, 5]),
        ("close[2]", [NAN, NAN]),
        ("1 + 1", [2, 2]),
        ("max(2, 3) * close", [12, 15]),
        ("-(1 - 3) * close", [8, 10]),
        ("(1 - 3) * close", [-8, -10]),
    ],
)
def test_numbers_bar_by_bar(text: str, said: list[float]) -> None:
    assert values(text, ONE, yes=True) == pytest.approx(said, nan_ok=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("close > 4", [0, 1]),
        ("close >= 4", [1, 1]),
        ("close < 5", [1, 0]),
        ("close <= open", [0, 0]),
        ("close == 4", [1, 0]),
        ("close != 4", [0, 1]),
        ("close[1] > 1", [NAN, 1]),
        ("close[1] != 1", [NAN, 1]),
        ("not close[1] > 1", [NAN, 0]),
        ("close[1] > 1 and close > 4.5", [0, 1]),  # known, as the second is false
        ("close[1] > 1 and close > 1", [NAN, 1]),
        ("close[1] > 1 or close > 1", [1, 1]),
        ("close[1] > 1 or close > 4.5", [NAN, 1]),
        ("close > 4 and $yes", [0, 1]),
        ("close > 4 and not $yes", [0, 0]),
        ("close > 4 or $yes", [1, 1]),
        ("(close > 3)[1]", [NAN, 1]),
        ("4.5 < close", [0, 1]),
    ],
)
def test_conditions_bar_by_bar(text: str, said: list[float]) -> None:
    assert values(text, ONE, yes=True) == pytest.approx(said, nan_ok=True)


def test_a_crossing_needs_both_bars_and_comes_from_the_other_side_or_from_equal() -> None:
    walked = bars([1.0, 3.0, 2.0, 2.0, 3.0, 1.0, 2.0, 3.0])
    assert values("crosses_above(close, 2)", walked) == pytest.approx([NAN, 1, 0, 0, 1, 0, 0, 1], nan_ok=True)
    assert values("crosses_below(close, 2)", walked) == pytest.approx([NAN, 0, 0, 0, 0, 1, 0, 0], nan_ok=True)
    assert values("crosses_above(2, close)", walked)[1:] == values("crosses_below(close, 2)", walked)[1:]
    late = values("crosses_above(close[1], 2)", walked)
    assert late == pytest.approx([NAN, NAN, 1, 0, 0, 1, 0, 0], nan_ok=True)


def test_bars_since_counts_from_the_last_bar_on_which_it_held() -> None:
    walked = bars([1.0, 3.0, 1.0, 1.0, 3.0, 3.0, 1.0])
    assert values("bars_since(close > 2)", walked) == pytest.approx([NAN, 0, 1, 2, 0, 0, 1], nan_ok=True)
    assert values("bars_since(close > 9)", walked) == pytest.approx([NAN] * 7, nan_ok=True)


def test_what_is_undefined_does_not_hold() -> None:
    walked = bars([3.0, 1.0, 1.0])
    assert values("bars_since(close[1] > 2)", walked) == pytest.approx([NAN, 0, 1], nan_ok=True)


def test_value_when_keeps_the_value_of_the_last_bar_on_which_it_held() -> None:
    walked = bars([1.0, 3.0, 1.0, 4.0, 2.0], open=[9.0, 8.0, 7.0, 6.0, 5.0])
    assert values("value_when(close > 2, open)", walked) == pytest.approx([NAN, 8, 8, 6, 6], nan_ok=True)
    undefined = values("value_when(close > 2, open[2])", walked)
    assert undefined == pytest.approx([NAN, NAN, NAN, 8, 8], nan_ok=True)


def test_a_text_is_compared_by_what_it_says() -> None:
    walked = phases(450)
    place = values("amd_phase()", walked)
    for index, phase in enumerate(("accumulation", "manipulation", "distribution", "re-accumulation")):
        said = [NAN if np.isnan(each) else float(each == index) for each in place]
        assert values(f'amd_phase() == "{phase}"', walked) == pytest.approx(said, nan_ok=True)
        assert values(f'"{phase}" == amd_phase()', walked) == pytest.approx(said, nan_ok=True)
        assert values("amd_phase() == $phase", walked, phase=phase) == pytest.approx(said, nan_ok=True)
    assert set(place) >= {0, 1, 2, 3}
    assert np.isnan(place[:199]).all()


def test_named_outputs_are_those_of_the_catalogue() -> None:
    walked = walk(120)
    line, signal, histogram = (
        values(f"macd(close).{name}", walked) for name in ("macd", "signal", "histogram")
    )
    assert (np.array(line) - np.array(signal)).tolist() == pytest.approx(histogram, nan_ok=True)
    upper, lower = values("donchian(5).upper", walked), values("donchian(5).lower", walked)
    assert upper[4] == max(walked.high[:5])
    assert lower[-1] == min(walked.low[-5:])


def test_a_setting_that_is_not_written_has_its_default() -> None:
    walked = walk(60)
    assert values("rsi(close)", walked)[14:] == values("rsi(close, 14)", walked)[14:]


def test_a_parameter_stands_where_a_number_does() -> None:
    walked = walk(60)
    assert (
        values("sma(close, $n + 1)[$back]", walked, n=4, back=2)[6:] == values("sma(close, 5)", walked)[4:-2]
    )


def test_the_position_is_known_in_a_run_alone() -> None:
    with pytest.raises(LanguageError, match="a position is only there in a run"):
        evaluate(parse("bars_held > 3"), [ONE])
