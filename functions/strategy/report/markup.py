"""The few pieces of HTML that several figures share. Whatever comes in as text goes out escaped."""

from collections.abc import Sequence
from html import escape

from functions.strategy.report.words import MONTHS, PAGE, chosen
from shared.words import Language


class Said:
    """The words of a page in its language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.months = MONTHS[language]

    def __call__(self, name: str, *filled: object) -> str:
        sentence = chosen(PAGE[name], self.language)
        return sentence.format(*filled) if filled else sentence

    def known(self, name: str) -> str:
        """Its word, or the name itself where there is none: a reason that a later engine gives."""
        return self(name) if name in PAGE else name.replace("_", " ")


def section(identity: str, title: str, content: str, *, controls: str = "", about: str = "") -> str:
    told = f'<p class="about">{escape(about)}</p>' if about else ""
    return (
        f'<section id="{identity}" aria-labelledby="{identity}-title">'
        f'<header><h2 id="{identity}-title">{escape(title)}</h2>{controls}</header>{told}{content}</section>'
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str, kind: str = "") -> str:
    """The first cell of a row is its head."""
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "".join(_row(row) for row in rows)
    css = f' class="{kind}"' if kind else ""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table{css}><caption>{escape(caption)}</caption>"
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def folded(summary: str, content: str) -> str:
    return f'<details class="folded"><summary>{escape(summary)}</summary>{content}</details>'


def facts(pairs: Sequence[tuple[str, str]]) -> str:
    """Names and values, both text."""
    inside = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in pairs)
    return f'<dl class="facts">{inside}</dl>' if pairs else ""


def switch(name: str, label: str, choices: Sequence[tuple[str, str]], *, scripted: bool = False) -> str:
    """One of several; the style sheet reads which, without a script, unless only a script can."""
    inside = "".join(
        f'<label><input type="radio" id="{name}-{value}" name="{name}" value="{value}"'
        f"{' checked' if index == 0 else ''}><span>{escape(word)}</span></label>"
        for index, (value, word) in enumerate(choices)
    )
    hidden = " hidden" if scripted else ""
    return f'<div class="switch" role="radiogroup" aria-label="{escape(label)}"{hidden}>{inside}</div>'


def key(entries: Sequence[tuple[str, str]]) -> str:
    """What the lines and marks of a chart mean: how each is drawn, and its words."""
    items = "".join(f'<li class="{kind}">{escape(word)}</li>' for kind, word in entries)
    return f'<ul class="key">{items}</ul>'


def paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n") if part.strip())


def _row(row: Sequence[str]) -> str:
    head, *cells = row
    return (
        f'<tr><th scope="row">{escape(head)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
    )
