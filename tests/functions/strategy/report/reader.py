"""A page as a parser sees it: a tree of elements, in which everything that is opened is closed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"meta", "input", "br", "img", "link"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: "list[Element | str]" = field(default_factory=list)

    def __iter__(self) -> "Iterator[Element]":
        """All that is in it, however deep."""
        for child in self.inside:
            if isinstance(child, Element):
                yield child
                yield from child

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.inside)

    def all(self, tag: str, **attributes: str) -> "list[Element]":
        """`kind` stands for one of its classes, `data_x` for `data-x`."""
        return [element for element in self if element.tag == tag and _has(element, attributes)]

    def one(self, tag: str, **attributes: str) -> "Element":
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag}> {attributes}"
        return found[0]


def _has(element: Element, attributes: dict[str, str]) -> bool:
    for name, value in attributes.items():
        if name == "kind":
            if value not in element.attributes.get("class", "").split():
                return False
        elif element.attributes.get(name.replace("_", "-")) != value:
            return False
    return True


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("")
        self._open = [self.root]

    def opened(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> names an attribute twice: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(element)
        if tag not in VOID:
            self._open.append(element)

    def opened_and_closed(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def closed(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def said(self, data: str) -> None:
        self._open[-1].inside.append(data)

    # As the parser calls them.
    handle_starttag, handle_startendtag, handle_endtag, handle_data = opened, opened_and_closed, closed, said

    @property
    def whole(self) -> Element:
        assert len(self._open) == 1, f"left open: {[element.tag for element in self._open[1:]]}"
        return self.root


def read(page: str) -> Element:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.whole


def data(page: str) -> Any:
    """What the scripts are given."""
    return json.loads(read(page).one("script", id="data").text)


def points(path: str) -> list[tuple[float, float]]:
    """Of a path that only moves and draws straight lines."""
    pairs = path.replace("M", " ").replace("L", " ").replace("Z", "").split()
    numbers = [float(number) for number in pairs]
    return list(zip(numbers[::2], numbers[1::2], strict=True))
