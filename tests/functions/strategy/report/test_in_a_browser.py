"""The scripts, run by a real browser where one is installed: they write what Python writes."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from functions.strategy.report import heat_map, page
from shared.words import LANGUAGES, Language
from tests.functions.strategy.report import make
from tests.functions.strategy.report.reader import Element, read

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no browser is installed")


def opened(text: str, folder: Path) -> Element:
    """What stands in the page once its scripts have run; a browser writes it as well-formed HTML."""
    file = folder / "page.html"
    file.write_text(text, encoding="utf-8")
    told = [
        *(str(BROWSER), "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1440,900"),
        *("--virtual-time-budget=5000", "--enable-logging=stderr", f"--user-data-dir={folder / 'profile'}"),
        *("--dump-dom", file.as_uri()),
    ]
    run = subprocess.run(told, capture_output=True, text=True, timeout=120, check=True)
    assert re.findall(r"CONSOLE.*", run.stderr) == []
    return read(run.stdout)


def rows(tree: Element) -> list[list[str]]:
    body = tree.one("table", kind="trades").one("tbody")
    return [[cell.text for cell in row if cell.tag in ("th", "td")] for row in body.all("tr")]


def axis(tree: Element) -> list[str]:
    return [text.text for text in tree.one("div", data_chart="price").one("g", kind="axis").all("text")]


def scale(tree: Element) -> list[str]:
    side = tree.one("div", data_chart="price").one("svg", kind="scale")
    return [text.text for text in side.one("g", kind="candles").all("text")]


def marks(tree: Element) -> list[float]:
    """Where the trades are marked, across and down."""
    face = tree.one("div", data_chart="price").one("svg", kind="plot").one("g", kind="candles")
    return [float(use.attributes[name].rstrip("%")) for use in face.all("use") for name in ("x", "y")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script_writes_what_stood_there_without_it(language: Language, tmp_path: Path) -> None:
    market = (make.bars(900, symbol="<b>'\"&"), make.bars(900, seed=4))
    text = page(make.sheet(market=market, trade_count=30), language)
    before, after = read(text), opened(text, tmp_path)
    assert rows(after) == rows(before)
    assert [head.text for head in after.one("table", kind="trades").one("thead").all("th")] == [
        head.text for head in before.one("table", kind="trades").one("thead").all("th")
    ]
    assert axis(after) == axis(before)
    assert scale(after) == scale(before)
    assert marks(after) == pytest.approx(marks(before), abs=0.1)
    assert len(marks(after)) == 60  # two places of two marks for each of the first symbol's trades
    assert [option.text for option in after.one("select").all("option")] == ["<b>'\"&", "BTCUSDT"]
    assert "hidden" not in after.one("div", kind="moves").attributes
    assert after.one("div", kind="pager").one("output").text.startswith("1")


@pytest.mark.parametrize("times", [3.9, 4.1, 300.0])
def test_the_script_chooses_the_ticks_that_python_does(times: float, tmp_path: Path) -> None:
    plain = make.bars(200)
    growth = times ** np.linspace(0, 1, 200)
    prices = {name: growth * getattr(plain, name) for name in ("open", "high", "low", "close")}
    text = page(make.sheet(market=(replace(plain, **prices),), trade_count=3))
    assert scale(opened(text, tmp_path)) == scale(read(text))


@pytest.mark.parametrize("trade_count", [0, 1])
def test_it_runs_without_trades_and_with_one(trade_count: int, tmp_path: Path) -> None:
    after = opened(page(make.sheet(trade_count=trade_count)), tmp_path)
    assert "hidden" not in after.one("div", kind="moves").attributes


def test_the_cells_of_a_sweep_can_be_walked(tmp_path: Path) -> None:
    after = opened(heat_map(make.sweep()), tmp_path)
    assert after.one("div", kind="terrain").attributes["tabindex"] == "0"
