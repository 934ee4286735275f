"""The rules of one strategy by other values again and again: each part anew only when its own values change.

All of a rule costs no more, and looks back no further, than its numbers together and a pass for each other
part: where that is within the bounds, nothing else needs to be checked.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from shared.engine.language.bounds import COST, LOOK_BACK
from shared.engine.language.checking import check
from shared.engine.language.definition import Definition
from shared.engine.language.requirements import holds
from shared.engine.language.strategy import checked, reads
from shared.engine.language.timeframes import FINEST
from shared.engine.language.tree import Call, Comparing, Joined, Node, Not, Parameter
from shared.engine.language.typed import Value
from shared.engine.plan import Rule
from shared.engine.rules import masks
from shared.engine.rules.cache import CROSSINGS, Cache, Related
from shared.engine.rules.evaluating import Evaluator
from shared.engine.rules.masks import Mask
from shared.engine.rules.planning import traded_symbols
from shared.engine.rules.programs import reads_position
from shared.engine.rules.resolving import resolved

MANY = 1000  # trees
DECIDING = ("rule", "requirement")
Values = Mapping[str, Value]
Rules = tuple[Rule, Rule, Rule, Rule]  # long entry and exit, short entry and exit


class Alone(NamedTuple):
    """A number or a condition whose values are known."""

    node: Node
    cost: int
    look_back: int


class Part:
    """What was made of the newest values is kept: of one combination to the next, most of them stay."""

    def __init__(self, tree: Node | Related, make: Callable[[Values], Any], *, kept: int = 1) -> None:
        self.names = tuple(sorted(set(_parameters(tree))))
        self._made = lru_cache(kept)(lambda of: make(dict(zip(self.names, of, strict=True))))

    def at(self, values: Values) -> Any:
        return self._made(tuple([values[name] for name in self.names]))


class Varying:
    """Of a strategy that `is_varying`."""

    def __init__(self, definition: Definition, cache: Cache) -> None:
        (symbol,) = traded_symbols(definition, cache)
        self._definition, self._cache, self._still = definition, cache, definition.values
        self._evaluator = Evaluator(cache, symbol=symbol, universe=(symbol,))
        self._conditions: dict[Node, Part] = {}
        self._relations: dict[Related, Part] = {}
        self._alone: dict[Node, Part] = {}
        trees = _rules(definition)
        self._rules = [None if tree is None else self._condition(tree) for tree in trees]
        others = [each.meaning.cost for each in definition.expressions if each.tree not in trees]
        self._required = [each.tree for each in definition.expressions if each.wanted == "requirement"]
        self._cost = sum(others) + sum(_size(tree) for tree in trees if tree)

    def rules(self, values: Values) -> Rules | None:
        """None: whether these are allowed is for the whole strategy to tell."""
        given = {**self._still, **values}
        alone = [part.at(given) for part in self._alone.values()]
        cost = self._cost + len(self._rules) * sum([each.cost for each in alone])  # each may stand in all
        look_back = self._cost + sum([each.look_back for each in alone])
        if cost > COST or look_back > LOOK_BACK or not all(holds(tree, given) for tree in self._required):
            return None
        self._cache.expect(())
        entry, left, short, covered = [
            Rule() if part is None else Rule(bits=part.at(given).true) for part in self._rules
        ]
        return entry, left, short, covered

    def _condition(self, tree: Node) -> Part:
        if tree not in self._conditions:
            self._conditions[tree] = Part(tree, self._deciding(tree))
        return self._conditions[tree]

    def _deciding(self, tree: Node) -> Callable[[Values], Mask]:
        match tree:
            case Joined(word, operands):
                parts, together = [self._condition(each) for each in operands], masks.any_of
                if word == "and":
                    together = masks.all_of
                return lambda values: together([part.at(values) for part in parts])
            case Not(operand):
                of = self._condition(operand)
                return lambda values: masks.opposite(of.at(values))
            case Comparing(sign, left, right) if self._is_number(left) and self._is_number(right):
                both = self._relation(left, right)
                return lambda values: masks.compared(sign, both.at(values))
            case Call(name, (left, right)) if name in CROSSINGS:
                both = self._relation(left, right)
                return lambda values: masks.begun(masks.compared(CROSSINGS[name], both.at(values)))
        itself = self._on_its_own(tree)
        return lambda values: self._evaluator.condition(itself.at(values).node)

    def _is_number(self, tree: Node) -> bool:
        return check(tree, parameters=self._still, timeframe=self._timeframe).kind == "number"

    def _relation(self, left: Node, right: Node) -> Part:
        both = Related(left, right)
        if both not in self._relations:
            a, b = self._on_its_own(left), self._on_its_own(right)
            related = self._evaluator.related
            self._relations[both] = Part(both, lambda values: related(a.at(values).node, b.at(values).node))
        return self._relations[both]

    def _on_its_own(self, tree: Node) -> Part:
        if tree not in self._alone:
            self._alone[tree] = Part(tree, lambda values: self._known(tree, values), kept=MANY)
        return self._alone[tree]

    def _known(self, tree: Node, values: Values) -> Alone:
        known = self._still | checked(self._definition, values)
        meaning = check(tree, parameters=known, timeframe=self._timeframe)
        return Alone(resolved(tree, known), meaning.cost, meaning.look_back)

    @property
    def _timeframe(self) -> str:
        return self._definition.timeframe or FINEST


def is_varying(definition: Definition, cache: Cache, names: frozenset[str]) -> bool:
    """Whether nothing but rules of one symbol, which do not read its position, hangs on these parameters."""
    return (
        not definition.legs
        and len(traded_symbols(definition, cache)) == 1
        and not any(reads_position(tree) for tree in _rules(definition) if tree)
        and all(each.wanted in DECIDING for each in definition.expressions if reads(each.tree, names))
    )


def _rules(definition: Definition) -> list[Node | None]:
    entry, left = definition.entry.when, definition.exit
    return [entry.long, left.long, entry.short, left.short]


def _parameters(tree: Node | Related) -> Iterator[str]:
    if isinstance(tree, Parameter):
        yield tree.name
    for child in tree.children:
        yield from _parameters(child)


def _size(tree: Node) -> int:
    return 1 + sum(map(_size, tree.children))
