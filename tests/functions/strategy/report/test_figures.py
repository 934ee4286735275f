"""Each figure holds the numbers that it was made from, in the right place."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.strategy.report import page
from functions.strategy.report.charts import Scale, telling
from functions.strategy.report.distribution import spread
from functions.strategy.report.equity import HEIGHT
from functions.strategy.report.months import shade, shade_step, whole_year
from functions.strategy.report.sheet import Month, Sheet, buy_and_hold, drawdown
from tests.functions.strategy.report import make
from tests.functions.strategy.report.reader import Element, data, points, read


def face(tree: Element, chart: str, name: str = "linear") -> Element:
    return tree.one("div", data_chart=chart).one("svg", kind="plot").one("g", kind=name)


def value_at(tree: Element, sheet: Sheet, name: str, down: float) -> float:
    """Back from pixels to a value, by the scale that the script is given."""
    low, high, height, log = data(page(sheet))["curves"]["equity"]["faces"][name]
    part = 1 - down / height
    return float(low * (high / low) ** part) if log else float(low + part * (high - low))


@pytest.mark.parametrize("name", ["linear", "log"])
@pytest.mark.parametrize("count", [2, 500, 30_000])
def test_the_equity_starts_and_ends_where_it_did(name: str, count: int) -> None:
    sheet = make.sheet(count=count)
    tree = read(page(sheet))
    stroke = next(p for p in face(tree, "equity", name).all("path", kind="strategy") if _is_line(p))
    line = points(stroke.attributes["d"])
    assert (line[0][0], line[-1][0]) == (0.0, 1000.0)
    pixel = np.ptp(sheet.equity) / HEIGHT
    for end, (_, down) in ((0, line[0]), (-1, line[-1])):
        assert value_at(tree, sheet, name, down) == pytest.approx(sheet.equity[end], abs=pixel)


def _is_line(path: Element) -> bool:
    return "stroke" in path.attributes["class"].split()


def test_the_lowest_point_of_the_underwater_curve_is_the_deepest_drawdown() -> None:
    sheet = make.sheet(count=40_000)
    told = data(page(sheet))["curves"]["underwater"]
    lowest = min(told["lines"][0]["values"])
    assert lowest == pytest.approx(drawdown(sheet.equity, sheet.initial).min(), rel=1e-6)
    stroke = face(read(page(sheet)), "underwater").one("path", kind="stroke").attributes["d"]
    low, high, height, _ = told["faces"]["linear"]
    deepest = max(down for _, down in points(stroke))
    assert low + (1 - deepest / height) * (high - low) == pytest.approx(lowest, abs=0.002)


def test_a_first_loss_is_under_water_from_the_first_bar() -> None:
    assert drawdown(np.array([90.0, 110.0, 99.0]), 100.0).tolist() == pytest.approx([-0.1, 0.0, -0.1])


def test_buy_and_hold_buys_each_symbol_at_its_first_open() -> None:
    first, second = make.bars(4), make.bars(2, seed=5)
    market = (first, replace(second, time=first.time[2:4]))
    held = buy_and_hold(market, first.time, 1_000.0)
    assert held[0] == pytest.approx(500 * first.close[0] / first.open[0] + 500)
    assert held[3] == pytest.approx(
        500 * first.close[3] / first.open[0] + 500 * second.close[1] / second.open[0]
    )


def test_the_cells_of_the_heat_map_are_the_months() -> None:
    months = (Month(2020, 2, 0.1234), Month(2020, 3, -0.05), Month(2021, 1, 0.0), Month(2021, 12, 0.5))
    table = read(page(make.sheet(months=months))).one("table", kind="heat")
    rows = {row.one("th").text: [cell.text for cell in row.all("td")] for row in table.one("tbody").all("tr")}
    assert rows["2020"] == ["", "+12.3", "−5.0", *[""] * 9, "+6.7\u202f%"]
    assert rows["2021"] == ["0.0", *[""] * 10, "+50.0", "+50.0\u202f%"]
    kinds = {cell.text: cell.attributes.get("class", "") for cell in table.all("td") if cell.text}
    assert (kinds["+50.0"], kinds["−5.0"], kinds["0.0"]) == ("up4", "down1", "")


def test_one_busy_month_among_quiet_ones_has_its_shade() -> None:
    step = shade_step([0.0] * 20 + [0.05])
    assert (shade(0.05, step), shade(-5e-324, step), shade(1e300, 5e-324)) == ("up4", "down1", "up4")


def test_the_year_follows_from_its_months() -> None:
    assert whole_year([0.1, -0.1, math.nan]) == pytest.approx(-0.01)
    assert math.isnan(whole_year([math.nan]))


@given(st.lists(st.floats(-1, 5, allow_nan=False), min_size=1), st.floats(-1, 5))
def test_a_greater_gain_never_has_a_paler_shade(values: list[float], value: float) -> None:
    step = shade_step(values)
    order = ["down4", "down3", "down2", "down1", "", "up1", "up2", "up3", "up4"]
    places = [order.index(shade(each, step)) for each in sorted([*values, value])]
    assert places == sorted(places)


@given(st.lists(st.floats(-1, 3), min_size=1, max_size=300))
def test_every_trade_is_in_one_bar_of_the_distribution(returns: list[float]) -> None:
    found = spread(np.array(returns))
    assert found.counts.sum() == len(returns)
    assert len(found.edges) == len(found.counts) + 1
    assert len(found.counts) <= 60
    if found.edges[0] < 0 < found.edges[-1]:
        assert np.abs(found.edges).min() < 1e-9
    if not found.beyond:
        assert found.edges[0] - 1e-9 <= min(returns)
        assert max(returns) <= found.edges[-1] + 1e-9


def test_the_bars_of_the_distribution_are_as_high_as_their_counts() -> None:
    sheet = make.sheet(trade_count=40)
    section = read(page(sheet)).one("section", id="distribution")
    counts = [int(row.all("td")[-1].text) for row in section.one("tbody").all("tr")]
    assert sum(counts) == 40
    gains = int(np.count_nonzero(sheet.trades.pnl_pct >= 0))
    rows = section.one("tbody").all("tr")
    starts = [float(row.one("th").text.replace("−", "-").split("\u202f")[0]) for row in rows]
    assert sum(count for start, count in zip(starts, counts, strict=True) if start >= 0) == gains
    drawn = {kind: sum(len(_tops(box)) for box in section.all("path", kind=kind)) for kind in ("up", "down")}
    filled = [start for start, count in zip(starts, counts, strict=True) if count]
    assert drawn == {"up": sum(start >= 0 for start in filled), "down": sum(start < 0 for start in filled)}
    tops = [float(part.split("h")[0]) for box in section.all("path", kind="box") for part in _tops(box)]
    height = 220.0
    heights = sorted(round(height - top, 1) for top in tops)
    scale = height / (max(counts) * 1.06)
    assert heights == pytest.approx(sorted(count * scale for count in counts if count), abs=0.1)


def _tops(box: Element) -> list[str]:
    return [piece.split("V")[1] for piece in box.attributes["d"].split("M")[1:]]


def test_the_rolling_ratio_ends_at_its_last_value_and_has_a_gap_where_undefined() -> None:
    days = make.START + 24 * make.HOUR * np.arange(20)
    values = np.linspace(0.0, 1.9, 20)
    values[8:11] = np.nan
    sheet = make.sheet(rolling=make.Rolling(30, days, values))
    told = data(page(sheet))["curves"]["rolling"]["lines"][0]["values"]
    assert told[-1] == 1.9
    assert told[8:11] == [None, None, None]
    stroke = face(read(page(sheet)), "rolling").one("path", kind="stroke").attributes["d"]
    assert stroke.count("M") == 2


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400), st.integers(1, 40))
def test_what_is_left_out_hides_neither_ends_nor_extremes(values: list[float], buckets: int) -> None:
    column = np.array(values)
    rows = telling([column], buckets)
    assert rows.tolist() == sorted(set(rows.tolist()))
    assert (rows[0], rows[-1]) == (0, len(values) - 1)
    assert (column[rows].min(), column[rows].max()) == (column.min(), column.max())
    assert len(rows) <= max(2 * buckets + 2, 2)


@given(st.floats(1e-3, 1e6), st.floats(1.01, 1e3), st.booleans())
def test_a_scale_has_its_high_at_the_top_and_its_low_at_the_foot(low: float, ratio: float, log: bool) -> None:
    scale = Scale(low, low * ratio, 300.0, log=log)
    assert scale.at(low * ratio) == pytest.approx(0, abs=1e-6)
    assert scale.at(low) == pytest.approx(300)
    assert 0 < scale.at(low * (1 + ratio) / 2) < 300
