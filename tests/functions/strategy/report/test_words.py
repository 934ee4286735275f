"""Every word in both languages, and no word that nobody says."""

import re
from pathlib import Path

import pytest

from functions.strategy import report
from functions.strategy.report.metric_words import FURTHER, GROUPED, GROUPS, METRICS
from functions.strategy.report.words import CONVENTIONS, MONTHS, PAGE
from shared.engine.kernel.records import AMBIGUOUS, REFUSALS
from shared.engine.outcome import REASONS

FIGURES = [metric.said for metric in METRICS.values()]
SAID = [*PAGE.values(), *CONVENTIONS, *GROUPS.values(), FURTHER, *FIGURES]


def test_everything_is_said_in_both_languages_with_the_same_blanks() -> None:
    for english, spanish in SAID:
        assert english.strip()
        assert spanish.strip()
        assert english.count("{}") == spanish.count("{}"), english
    assert {len(months) for months in MONTHS.values()} == {12}


def test_few_words_are_the_same_in_both_languages() -> None:
    assert {english for english, spanish in SAID if english == spanish} == {"Auto", "Beta"}


def test_every_way_in_which_a_trade_ends_or_is_not_made_has_a_word() -> None:
    assert set(REASONS) | set(REFUSALS) | set(AMBIGUOUS) <= set(PAGE)


def test_every_figure_has_its_group() -> None:
    assert set(GROUPED) == set(GROUPS)
    assert sum(len(group) for group in GROUPED.values()) == len(METRICS)


def test_every_word_is_said_somewhere() -> None:
    folder = Path(report.__file__).parent
    code = "".join(path.read_text() for path in folder.iterdir() if path.suffix in (".py", ".js"))
    said = set(re.findall(r"""["'.](\w+)""", code.replace((folder / "words.py").read_text(), "")))
    known = {*REASONS, *REFUSALS, *AMBIGUOUS}
    assert set(PAGE) - said - known == set()


@pytest.mark.parametrize("name", ["max_drawdown", "win_rate", "exposure_pct", "final_value"])
def test_the_columns_of_a_stored_run_have_words(name: str) -> None:
    assert name in METRICS
