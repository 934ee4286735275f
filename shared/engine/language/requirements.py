"""What a strategy asks of its parameters, such as `$fast < $slow`: conditions that no bar changes."""

from collections.abc import Iterator, Mapping

from shared.engine.language.checking import meaning_of
from shared.engine.language.errors import LanguageError
from shared.engine.language.rendering import render, written
from shared.engine.language.timeframes import FINEST
from shared.engine.language.tree import Node, Parameter
from shared.engine.language.typed import Value


def holds(tree: Node, values: Mapping[str, Value]) -> bool:
    """What has no value with these, as a division by zero, does not hold."""
    try:
        return meaning_of(tree, "requirement", values, FINEST).constant is True
    except LanguageError:
        return False


def unmet(tree: Node, values: Mapping[str, Value]) -> LanguageError:
    known = {name: values[name] for name in _read(tree)}
    said = ", ".join(f"{name} is {_said(value)}" for name, value in known.items())
    sentence = f"`{render(tree)}` does not hold" + (f": {said}" if said else "")
    return LanguageError("range", sentence, place=tree.place)


def _read(tree: Node) -> Iterator[str]:
    if isinstance(tree, Parameter):
        yield tree.name
    for child in tree.children:
        yield from _read(child)


def _said(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else f"{written(value)}"
