"""Text goes out as text, whichever piece it stands in."""

import pytest

from functions.strategy.report import markup
from tests.functions.strategy.report.reader import read

TEXT = "<b>\"'&amp;"


@pytest.mark.parametrize(
    ("piece", "times"),
    [
        (markup.table([TEXT], [[TEXT, TEXT]], caption=TEXT), 4),
        (markup.facts([(TEXT, TEXT)]), 2),
        (markup.key([("line", TEXT)]), 1),
        (markup.paragraphs(f"{TEXT}\n\n{TEXT}"), 2),
        (markup.folded(TEXT, ""), 1),
        (markup.switch("scale", TEXT, [("log", TEXT)]), 1),
        (markup.section("here", TEXT, "", about=TEXT), 2),
    ],
)
def test_what_comes_in_as_text_goes_out_as_text(piece: str, times: int) -> None:
    tree = read(piece)
    assert tree.text.count(TEXT) == times
    assert tree.all("b") == []


def test_of_several_choices_the_first_is_made() -> None:
    choices = read(markup.switch("scale", "Scale", [("log", "Log"), ("linear", "Linear")])).all("input")
    assert ["checked" in choice.attributes for choice in choices] == [True, False]


def test_a_name_without_a_word_is_told_as_it_is() -> None:
    say = markup.Said("es")
    assert (say.known("stop_loss"), say.known("not_yet_known")) == ("stop de pérdidas", "not yet known")
