"""Text → tree. Strongest to weakest: postfix, -, * /, + -, comparison, not, and, or."""

from collections.abc import Callable
from typing import NoReturn, cast

from shared.engine.language.bounds import DEPTH, NUMBER, TEXT, measure
from shared.engine.language.errors import LanguageError, Place
from shared.engine.language.tokens import DIGIT, LETTER, QUOTES, WORDS, inside, refuse_other, tokens
from shared.engine.language.tree import (
    Arithmetic,
    Calculation,
    Call,
    Comparing,
    Comparison,
    Connective,
    Joined,
    Lag,
    Name,
    Negation,
    Node,
    Not,
    Number,
    OfSymbol,
    OnTimeframe,
    Output,
    Parameter,
    Text,
    Truth,
)

OR, AND, NOT, COMPARING, SUM, PRODUCT, SIGN = range(1, 8)
STRENGTH = {
    "or": OR,
    "and": AND,
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), COMPARING),
    **dict.fromkeys("+-", SUM),
    **dict.fromkeys("*/", PRODUCT),
}
POSTFIXES = {".", "[", "@"}
NESTED = 2 * DEPTH + 2  # a level of the tree may stand in parentheses
SHORT = 24  # characters of a piece of the text that a sentence may repeat


def parse(text: str) -> Node:
    if len(text) > TEXT:
        raise LanguageError("too_large", f"the rule is longer than {TEXT} characters")
    tree = _Parser(text).whole()
    measure(tree)
    return tree


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._words, self._ends = self._tokens
        self._at = 0
        self._word = self._words[0]  # not taken yet
        self._nested = 0

    def whole(self) -> Node:
        if not self._word:
            raise LanguageError("syntax", "the rule is empty", place=self._place())
        tree = self._operators(OR)
        if self._word:
            self._unexpected("after the end of the rule: is an operator missing?")
        return tree

    def _operators(self, weakest: int) -> Node:
        self._nested += 1
        if self._nested > NESTED:
            place = self._place()
            sentence = f"the rule nests deeper than {DEPTH} levels at {place.start + 1}"
            raise LanguageError("too_large", sentence, place=place)
        start = self._ends[self._at] - len(self._word)
        left = self._operand(start, weakest)
        while (strength := STRENGTH.get(self._word, 0)) >= weakest:
            left = self._combined(left, strength, start)
        self._nested -= 1
        return left

    def _combined(self, left: Node, strength: int, start: int) -> Node:
        if strength <= AND:
            return self._joined(left, strength, start)
        operator = self._take()
        right = self._operators(strength + 1)
        if strength == COMPARING:
            compared = Comparing(cast(Comparison, operator), left, right, place=self._since(start))
            return self._one_comparison(compared)
        return Calculation(cast(Arithmetic, operator), left, right, place=self._since(start))

    def _joined(self, first: Node, strength: int, start: int) -> Node:
        operator, operands = self._word, [first]
        while self._word == operator:
            self._take()
            operands.append(self._operators(strength + 1))
        return Joined(cast(Connective, operator), tuple(operands), place=self._since(start))

    def _one_comparison(self, compared: Comparing) -> Comparing:
        if STRENGTH.get(self._word) != COMPARING:
            return compared
        place, again = self._place(), self._take()
        third = self._operators(SUM)
        a, b, c = (self._piece(node) for node in (compared.left, compared.right, third))
        instead = f"{a} {compared.operator} {b}"
        if not isinstance(third, Truth):
            instead = f"{instead} and {b} {again} {c}"
        elif third.value != (again == "=="):
            instead = f"not ({instead})"
        sentence = f"comparisons do not chain, as at {place.start + 1}: write `{instead}`"
        raise LanguageError("syntax", sentence, place=place)

    def _piece(self, node: Node) -> str:
        piece = self._text[slice(*(node.place or ()))]
        return piece if len(piece) <= SHORT else f"{piece[:SHORT]}…"

    def _operand(self, start: int, weakest: int) -> Node:
        word = self._word
        if word == "not":
            return self._not(start, weakest)
        if word == "-":
            self._take()
            operand = self._operators(SIGN)
            return Negation(operand, place=self._since(start))
        node = PRIMARY.get(word[:1], _Parser._no_value)(self, start)
        while self._word[:1] in POSTFIXES:
            node = self._postfixed(node, start)
        return node

    def _not(self, start: int, weakest: int) -> Node:
        if weakest > NOT:
            self._unexpected("here: put `(not …)` in parentheses")
        self._take()
        operand = self._operators(NOT)
        return Not(operand, place=self._since(start))

    def _postfixed(self, node: Node, start: int) -> Node:
        refuse_other(self._word, self._place())  # an @ before no timeframe
        postfix = self._take()
        if postfix == ".":
            return Output(node, self._output(), place=self._since(start))
        if postfix != "[":
            return OnTimeframe(node, postfix[1:], place=self._since(start))
        index = self._operators(OR)
        self._expect("]")
        if isinstance(index, Text):
            return OfSymbol(node, index.value, place=self._since(start))
        return Lag(node, index, place=self._since(start))

    def _output(self) -> str:
        if PRIMARY.get(self._word[:1]) is not _Parser._named or self._word in WORDS:
            self._unexpected("where the name of an output is missing")
        return self._take()

    def _number(self, start: int) -> Node:
        value = float(self._take())
        place = self._since(start)
        if value > NUMBER:
            sentence = f"the number at {place.start + 1} is larger than {NUMBER:.0e}"
            raise LanguageError("too_large", sentence, place=place)
        return Number(value, place=place)

    def _quoted(self, start: int) -> Node:
        if len(self._word) == 1:
            self._no_value(start)
        word, place = self._take(), self._since(start)
        return Text(inside(word, place), place=place)

    def _parameter(self, start: int) -> Node:
        if len(self._word) == 1:
            self._no_value(start)
        return Parameter(self._take()[1:], place=self._since(start))

    def _named(self, start: int) -> Node:
        name = self._word
        if name in WORDS:
            return self._truth(start)
        self._take()
        if self._word != "(":
            return Name(name, place=self._since(start))
        self._take()
        arguments: list[Node] = []
        while self._word != ")":
            if arguments:
                self._expect(",")
            arguments.append(self._operators(OR))
        self._take()
        return Call(name, tuple(arguments), place=self._since(start))

    def _truth(self, start: int) -> Node:
        if self._word not in ("true", "false"):
            self._no_value(start)
        return Truth(self._take() == "true", place=self._since(start))

    def _in_parentheses(self, start: int) -> Node:
        self._take()
        inner = self._operators(OR)
        self._expect(")")
        return inner

    def _no_value(self, start: int) -> NoReturn:
        if self._word:
            self._unexpected("where a value is missing")
        sentence = f"the rule ends at {start + 1}, where a value is missing"
        raise LanguageError("syntax", sentence, place=self._place())

    def _take(self) -> str:
        word = self._word
        self._at += 1
        self._word = self._words[self._at]
        return word

    def _expect(self, sign: str) -> None:
        if self._word != sign:
            self._unexpected(f"where `{sign}` is missing")
        self._take()

    def _since(self, start: int) -> Place:
        """Up to the end of what was taken last."""
        return Place(start, self._ends[self._at - 1])

    def _place(self) -> Place:
        return self._tokens.place(self._at)

    def _unexpected(self, where: str) -> NoReturn:
        place = self._place()
        refuse_other(self._word, place)
        found = f"`{self._word}`" if self._word else "the end of the rule"
        raise LanguageError("syntax", f"unexpected {found} at {place.start + 1}, {where}", place=place)


PRIMARY: dict[str, Callable[[_Parser, int], Node]] = {  # by the first character of a word
    **dict.fromkeys(LETTER, _Parser._named),
    **dict.fromkeys(DIGIT, _Parser._number),
    **dict.fromkeys(QUOTES, _Parser._quoted),
    "$": _Parser._parameter,
    "(": _Parser._in_parentheses,
}
