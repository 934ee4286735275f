"""The whole page: sound HTML, sealed against everything from outside and inside, in two languages."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from functions.strategy.report import heat_map, page
from shared.words import LANGUAGES, Language
from tests.functions.strategy.report import make
from tests.functions.strategy.report.reader import data, read

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{}%s"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trade_count", [0, 1, 3, 200])
def test_a_page_is_sound_html_with_all_its_sections(language: Language, trade_count: int) -> None:
    tree = read(page(make.sheet(trade_count=trade_count), language))
    assert tree.one("html").attributes["lang"] == language
    sections = [section.attributes["id"] for section in tree.all("section")]
    assert sections == [
        *("explanation", "equity", "underwater", "price", "months", "distribution", "rolling"),
        *("figures", "trades", "setting", "provenance", "conventions"),
    ]
    names = [element.attributes["id"] for element in tree if "id" in element.attributes]
    assert len(names) == len(set(names))
    labels = [element.attributes["aria-labelledby"] for element in tree.all("section")]
    assert set(labels) <= set(names)


@pytest.mark.parametrize("text", [page(make.sheet()), heat_map(make.sweep())])
def test_nothing_is_fetched_and_only_our_style_and_script_run(text: str) -> None:
    tree = read(text)
    assert re.findall(r"(?:https?:|//[a-z]|url\((?!#)|@import|data:)", text.replace("'none'", "")) == []
    assert [e.tag for e in tree if e.attributes.keys() & {"src", "style", "srcset", "action"}] == []
    assert [e.tag for e in tree if any(name.startswith("on") for name in e.attributes)] == []
    links = {e.attributes["href"] for e in tree if "href" in e.attributes}
    assert links <= {"#buy", "#sell", "#win", "#loss"}
    policy = tree.all("meta", http_equiv="Content-Security-Policy")[0].attributes["content"]
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives == {
        "default-src": "'none'",
        "style-src": f"'sha256-{_hash(tree.one('style').text)}'",
        "script-src": f"'sha256-{_hash(_script(tree))}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _script(tree: object) -> str:
    scripts = [script for script in tree.all("script") if "type" not in script.attributes]  # type: ignore[attr-defined]
    assert len(scripts) == 1
    return str(scripts[0].text)


class _Counting(HTMLParser):
    """Elements and attributes by name, as a browser would find them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, int] = {}

    def counted(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name in (tag, *(f"@{name}" for name, _ in attrs)):
            self.found[name] = self.found.get(name, 0) + 1

    handle_starttag = counted  # as the parser calls it


def _counted(text: str) -> dict[str, int]:
    counting = _Counting()
    counting.feed(text)
    return counting.found


def _named(name: str) -> tuple[str, str]:
    """A page and a sweep in which all that people write says this."""
    parameter = make.definition().parameters[0]._replace(name=name, value=name)
    named = make.definition(name=name, description=name, parameters=(parameter,))
    market = (make.bars(symbol=name), make.bars(symbol=name, seed=3))
    sheet = make.sheet(
        market=market,
        definition=named,
        timeframe=name,
        warnings=(name,),
        rejected={name: 2},
        metrics=make.METRICS | {name: name},
        source=make.SOURCE._replace(engine_version=name, digest=name),
        trades=make.trades(market, 3)._replace(reason=(name,) * 3),
    )
    sweep = make.sweep(
        definition=named,
        symbols=(name,),
        parameters=(name, name),
        timeframe=name,
        warnings=(name,),
        objective=name,
        metrics={name: make.sweep().metrics["sharpe_ratio"]},
        overfitting={name: 0.5},
    )
    return page(sheet), heat_map(sweep)


def test_what_people_write_is_text_wherever_it_stands() -> None:
    for tame, hostile in zip(_named("tame"), _named(HOSTILE), strict=True):
        assert _counted(hostile) == _counted(tame)
        tree = read(hostile)
        assert tree.one("h1").text == HOSTILE
        assert tree.one("title").text == f"{HOSTILE} · Astrolabe"
        assert tree.all("ul", kind="warned")[0].text.count(HOSTILE) >= 1
    assert data(_named(HOSTILE)[0])["trades"]["symbols"] == [HOSTILE, HOSTILE]


def test_a_million_bars_and_thousands_of_trades_stay_below_two_megabytes() -> None:
    market = (make.bars(1_000_000),)
    text = page(make.sheet(market=market, trade_count=40_000))
    assert len(text.encode()) <= 2_000_000
    told = data(text)
    assert len(told["trades"]["pnl"]) == 5_000
    assert told["trades"]["first"] == 35_001
    note = read(text).one("section", id="trades").all("p", kind="about")[0].text
    assert note.startswith("The last 5\u202f000 of 40\u202f000 trades")
    assert len(told["curves"]["equity"]["time"]) < 4_000


def test_undefined_is_a_dash() -> None:
    undefined = dict.fromkeys(make.METRICS) | {"sharpe_ratio": float("nan"), "sqn": None}
    tree = read(page(make.sheet(metrics=undefined)))
    assert {tile.text for tile in tree.one("dl", kind="tiles").all("dd")} >= {"–"}
    assert all(tile.text.startswith("–") for tile in tree.one("dl", kind="tiles").all("dd"))
    assert {value.text for value in tree.one("section", id="figures").all("dd")} == {"–"}
    assert re.search(r"\bnan\b", tree.one("main").text, re.IGNORECASE) is None


def test_a_figure_stands_beside_the_bounds_that_luck_sets() -> None:
    between = {"sharpe_ratio": (-0.25, 2.5), "max_drawdown": None}
    tiles = read(page(make.sheet(confidence=between))).one("dl", kind="tiles")
    told = {tile.one("dt").text: tile.one("dd").text for tile in tiles.all("div")}
    assert told["Sharpe ratio"] == "1.5095 %: −0.25 to 2.50"
    assert told["Deepest drawdown"] == "−20.00\u202f%"


def test_a_run_without_a_single_bar_still_has_its_page() -> None:
    empty = make.sheet(count=0, trade_count=0, months=(), rolling=None)
    tree = read(page(empty))
    assert tree.one("section", id="trades").text.endswith("It made no trade.")


def test_a_curve_that_is_flat_or_ruined_is_drawn() -> None:
    for equity in (np.full(500, 10_000.0), np.linspace(10_000, -50, 500), np.zeros(500)):
        text = page(make.sheet(equity=equity))
        assert "NaN" not in text
        assert "inf" not in re.sub(r"Infinity|infinite|inside", "", read(text).one("main").text)


def test_both_languages_tell_the_same_numbers_in_their_own_way() -> None:
    english, spanish = (read(page(make.sheet(), language)) for language in LANGUAGES)
    for tree, told in ((english, "25.00"), (spanish, "25,00")):
        assert tree.one("dl", kind="tiles").all("dd")[0].text.startswith(f"{told}\u202f%")
    assert english.one("section", id="trades").one("h2").text == "Trades"
    assert spanish.one("section", id="trades").one("h2").text == "Operaciones"
