"""What combinations must keep to be tried: what the strategy requires, and `--where`."""

from collections.abc import Mapping
from typing import NamedTuple

from shared.engine.language.checking import meaning_of
from shared.engine.language.definition import Definition
from shared.engine.language.errors import LanguageError
from shared.engine.language.parser import parse
from shared.engine.language.rendering import render
from shared.engine.language.requirements import holds
from shared.engine.language.timeframes import FINEST
from shared.engine.language.tree import Node
from shared.engine.language.typed import Value


class Requirements(NamedTuple):
    trees: tuple[Node, ...]
    still: Mapping[str, Value]  # the parameters that are not varied, and what the others are as a rule

    def hold(self, point: Mapping[str, float]) -> bool:
        values = {**self.still, **point}
        return all(holds(tree, values) for tree in self.trees)

    @property
    def said(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(render(tree) for tree in self.trees))


def requirements_of(definition: Definition, where: str, still: Mapping[str, Value]) -> Requirements:
    values = definition.values | dict(still)
    asked = (_condition(where, values),) if where else ()
    return Requirements((*definition.requires, *asked), values)


def _condition(text: str, values: Mapping[str, Value]) -> Node:
    try:
        tree = parse(text)
        meaning_of(tree, "requirement", values, FINEST)
    except LanguageError as error:
        raise error.under("--where") from None
    return tree
