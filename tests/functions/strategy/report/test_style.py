"""Colours that can be told apart, in the light and in the dark."""

import re
from pathlib import Path

import pytest

from functions.strategy import report

STYLE = (Path(report.__file__).parent / "style.css").read_text()
COLOURS = dict(re.findall(r"--(\w+): light-dark\((#\w{6}, #\w{6})\)", STYLE))
READ = [
    *((text, ground) for text in ("ink", "soft", "link", "up", "down") for ground in ("card", "paper")),
    *(("ink", f"{way}{step}") for way in ("up", "down") for step in range(1, 5)),
    ("ink", "code"),
    ("soft", "code"),
]
SEEN = [(line, "card") for line in ("own", "other", "up", "down")]


def contrast(first: str, second: str) -> float:
    """By WCAG 2.2."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize(("text", "ground"), READ)
def test_words_stand_out_from_their_ground(text: str, ground: str, scheme: int) -> None:
    assert contrast(COLOURS[text].split(", ")[scheme], COLOURS[ground].split(", ")[scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize(("line", "ground"), SEEN)
def test_lines_stand_out_from_their_ground(line: str, ground: str, scheme: int) -> None:
    assert contrast(COLOURS[line].split(", ")[scheme], COLOURS[ground].split(", ")[scheme]) >= 3


def test_contrast_is_measured_as_the_guidelines_do() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
