"""The map of a sweep: a cell for each pair of values, the best of all in a table."""

import numpy as np
import pytest

from functions.strategy.report import heat_map
from functions.strategy.report.terrain import shades, terrain_of
from shared.engine.bars import Floats
from shared.words import LANGUAGES, Language
from tests.functions.strategy.report import make
from tests.functions.strategy.report.reader import read


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_sound_html(language: Language) -> None:
    tree = read(heat_map(make.sweep(), language))
    assert [section.attributes["id"] for section in tree.all("section")] == ["map", "best", "provenance"]


def test_each_cell_tells_the_value_of_its_pair() -> None:
    tree = read(heat_map(make.sweep()))
    cells = {cell.attributes["data-cell"]: cell.attributes["data-value"] for cell in tree.all("rect")}
    assert cells == {"0,0": "5.10", "0,1": "5.30", "1,0": "–", "1,1": "10.30", "2,0": "–", "2,1": "20.30"}
    tops = {cell.attributes["data-cell"]: float(cell.attributes["y"]) for cell in tree.all("rect")}
    assert tops["0,1"] < tops["0,0"]  # the greater value stands higher, as on any axis
    kinds = {cell.attributes["data-cell"]: cell.attributes["class"] for cell in tree.all("rect")}
    assert (kinds["2,1"], kinds["1,0"], kinds["0,0"]) == ("high8", "blank", "high1")


def test_the_table_holds_the_same_as_the_map() -> None:
    table = read(heat_map(make.sweep())).one("section", id="map").one("table")
    rows = {row.one("th").text: [cell.text for cell in row.all("td")] for row in table.one("tbody").all("tr")}
    assert list(rows) == ["30", "10"]
    assert rows == {"30": ["5.30", "10.30", "20.30"], "10": ["5.10", "–", "–"]}
    assert [head.text for head in table.one("thead").all("th")] == ["slow \\ fast", "5", "10", "20"]


def test_the_best_come_first_and_the_undefined_are_left_out() -> None:
    table = read(heat_map(make.sweep())).one("section", id="best").one("table")
    rows = [[cell.text for cell in row.all("td")] for row in table.one("tbody").all("tr")]
    assert rows == [
        ["20", "30", "20.30", "5"],
        ["10", "30", "10.30", "3"],
        ["5", "30", "5.30", "1"],
        ["5", "10", "5.10", "0"],
    ]


def test_of_a_volatility_the_least_is_the_best() -> None:
    swept = make.sweep(
        objective="volatility", metrics={"volatility": np.array([0.3, 0.1, 0.2, 0.5, 0.6, 0.4])}
    )
    tiles = read(heat_map(swept)).one("dl", kind="tiles").all("dd")
    assert tiles[0].text == "10.00\u202f%fast 5 · slow 30"


def test_a_cell_is_the_best_over_the_other_parameters() -> None:
    points = np.array([(1, 1, 1), (1, 1, 2), (2, 1, 1), (2, 1, 2)], dtype=float)
    values = np.array([3.0, 7.0, np.nan, -1.0])
    swept = make.sweep(parameters=("a", "b", "c"), points=points, metrics={"sharpe_ratio": values})
    assert terrain_of(swept).values.tolist() == [[7.0, -1.0]]
    assert "best over the other parameters" in read(heat_map(swept)).one("section", id="map").text


def test_where_less_is_better_a_cell_is_the_least() -> None:
    points = np.array([(1, 1, 1), (1, 1, 2)], dtype=float)
    swept = make.sweep(
        parameters=("a", "b", "c"),
        points=points,
        objective="volatility",
        metrics={"volatility": np.array([0.4, 0.2])},
    )
    assert terrain_of(swept).values.tolist() == [[0.2]]


@pytest.mark.parametrize(
    "across", [np.arange(1, 11) * 0.005, np.arange(1, 41) * 5.0, np.array([0.00125, 20.0])]
)
def test_on_a_phone_the_words_under_the_map_do_not_meet(across: Floats) -> None:
    """It has 165 pixels for the cells, and takes 7 for a digit."""
    swept = make.sweep(
        parameters=("fast",), points=across[:, None], metrics={"sharpe_ratio": np.arange(float(len(across)))}
    )
    words = read(heat_map(swept)).one("svg", kind="cells").all("text")
    left = [word for word in words if word.attributes.get("class") != "spare"]
    places = [float(word.attributes["x"].removesuffix("%")) * 1.65 for word in left]
    halves = [3.5 * len(word.text) for word in left]
    assert 2 <= len(left) <= len(words) <= 12
    for i in range(len(left) - 1):
        assert places[i] + halves[i] < places[i + 1] - halves[i + 1]


def test_one_parameter_makes_one_row() -> None:
    swept = make.sweep(
        parameters=("fast",), points=np.array([[1.0], [2.0]]), metrics={"sharpe_ratio": np.array([1.0, 2.0])}
    )
    tree = read(heat_map(swept))
    assert [cell.attributes["data-value"] for cell in tree.all("rect")] == ["1.00", "2.00"]


def test_a_sweep_of_which_nothing_is_defined_says_so() -> None:
    swept = make.sweep(metrics={"sharpe_ratio": np.full(6, np.nan)})
    tree = read(heat_map(swept))
    assert tree.one("section", id="best").text.endswith("Nothing to show.")
    assert {cell.attributes["class"] for cell in tree.all("rect")} == {"blank"}


def test_how_much_may_be_luck_is_told_where_it_is_known() -> None:
    luck = {"trials": 6, "deflated_sharpe_ratio": 0.83, "probability_of_overfitting": None}
    swept = make.sweep(overfitting=luck | {"probability_of_overfitting_trials": 4})
    tiles = read(heat_map(swept)).one("dl", kind="tiles")
    told = dict(zip((e.text for e in tiles.all("dt")), (e.text for e in tiles.all("dd")), strict=True))
    assert told["Deflated Sharpe ratio"] == "83.00\u202f%of 6 trials"
    assert told["Probability of overfitting"] == "–of 4 trials"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([-1.0, 0.0, 2.0], [-0.5, 0.0, 1.0]),
        ([1.0, 2.0, 3.0], [0.0, 0.5, 1.0]),
        ([-3.0, -2.0, -1.0], [-1.0, -0.5, 0.0]),
        ([4.0, 4.0], [1.0, 1.0]),
    ],
)
def test_shades_part_at_zero_where_values_lie_around_it(values: list[float], expected: list[float]) -> None:
    assert shades(np.array(values)).tolist() == expected
