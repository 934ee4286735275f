"""Text → tree. Strongest to weakest: postfix, -, * /, + -, comparison, not, and, or."""

from typing import NoReturn, cast

from shared.engine.language.bounds import DEPTH, NODES, NUMBER, TEXT, measure
from shared.engine.language.errors import LanguageError, Place
from shared.engine.language.tokens import Token, tokens
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
NESTED = 2 * DEPTH + 2  # a level of the tree may stand in parentheses
WORDS = 6 * NODES  # tokens
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
        self._taken = 0
        self._nested = 0
        self._next = next(self._tokens)
        self._end = 0  # of what was taken last

    def whole(self) -> Node:
        if self._at_end():
            raise LanguageError("syntax", "the rule is empty", place=self._next.place)
        tree = self._operators(OR)
        if not self._at_end():
            self._unexpected("after the end of the rule: is an operator missing?")
        return tree

    def _operators(self, weakest: int) -> Node:
        self._nested += 1
        if self._nested > NESTED:
            self._too_large(f"the rule nests deeper than {DEPTH} levels at {self._next.place.start + 1}")
        start = self._next
        left = self._prefixed(weakest)
        while (strength := self._strength()) >= weakest:
            left = self._combined(left, strength, start=start)
        self._nested -= 1
        return left

    def _strength(self) -> int:
        return STRENGTH.get(self._next.value, 0) if self._next.kind in ("sign", "word") else 0

    def _combined(self, left: Node, strength: int, *, start: Token) -> Node:
        if strength in (OR, AND):
            return self._joined(left, strength, start=start)
        operator = self._take().value
        right = self._operators(strength + 1)
        if strength == COMPARING:
            compared = Comparing(cast(Comparison, operator), left, right, place=self._since(start))
            return self._one_comparison(compared)
        return Calculation(cast(Arithmetic, operator), left, right, place=self._since(start))

    def _joined(self, first: Node, strength: int, *, start: Token) -> Node:
        operator, operands = self._next.value, [first]
        while self._strength() == strength:
            self._take()
            operands.append(self._operators(strength + 1))
        return Joined(cast(Connective, operator), tuple(operands), place=self._since(start))

    def _one_comparison(self, compared: Comparing) -> Comparing:
        if self._strength() != COMPARING:
            return compared
        again = self._take()
        third = self._operators(SUM)
        a, b, c = (self._piece(node) for node in (compared.left, compared.right, third))
        instead = f"`{a} {compared.operator} {b} and {b} {again.value} {c}`"
        sentence = f"comparisons do not chain, as at {again.place.start + 1}: write {instead}"
        raise LanguageError("syntax", sentence, place=again.place)

    def _piece(self, node: Node) -> str:
        piece = self._text[slice(*(node.place or ()))]
        return piece if len(piece) <= SHORT else f"{piece[:SHORT]}…"

    def _prefixed(self, weakest: int) -> Node:
        token = self._next
        if token.value == "not" and token.kind == "word":
            if weakest > NOT:
                self._unexpected("here: put `(not …)` in parentheses")
            self._take()
            operand = self._operators(NOT)
            return Not(operand, place=self._since(token))
        if token.value == "-" and token.kind == "sign":
            self._take()
            operand = self._operators(SIGN)
            return Negation(operand, place=self._since(token))
        return self._postfixed(self._primary(), start=token)

    def _postfixed(self, node: Node, *, start: Token) -> Node:
        while True:
            if self._next.kind == "timeframe":
                timeframe = self._take().value
                node = OnTimeframe(node, timeframe, place=self._since(start))
            elif self._accept("."):
                output = self._expect_name()
                node = Output(node, output, place=self._since(start))
            elif self._accept("["):
                node = self._indexed(node, start=start)
            else:
                return node

    def _indexed(self, node: Node, *, start: Token) -> Node:
        index = self._operators(OR)
        self._expect("]")
        place = self._since(start)
        if isinstance(index, Text):
            return OfSymbol(node, index.value, place=place)
        return Lag(node, index, place=place)

    def _primary(self) -> Node:
        token = self._next
        if self._at_end():
            sentence = f"the rule ends at {token.place.start + 1}, where a value is missing"
            raise LanguageError("syntax", sentence, place=token.place)
        if self._accept("("):
            inner = self._operators(OR)
            self._expect(")")
            return inner
        match token.kind:
            case "number":
                return self._number(self._take())
            case "text":
                return Text(self._take().value, place=token.place)
            case "parameter":
                return Parameter(self._take().value, place=token.place)
            case "name":
                return self._named(self._take())
            case "word" if token.value in ("true", "false"):
                return Truth(self._take().value == "true", place=token.place)
        self._unexpected("where a value is missing")

    def _number(self, token: Token) -> Node:
        value = float(token.value)
        if value > NUMBER:
            sentence = f"the number at {token.place.start + 1} is larger than {NUMBER:.0e}"
            raise LanguageError("too_large", sentence, place=token.place)
        return Number(value, place=token.place)

    def _named(self, token: Token) -> Node:
        if not self._accept("("):
            return Name(token.value, place=token.place)
        arguments: list[Node] = []
        while not self._accept(")"):
            if arguments:
                self._expect(",")
            arguments.append(self._operators(OR))
        return Call(token.value, tuple(arguments), place=self._since(token))

    def _at_end(self) -> bool:
        return self._next.kind == "end"

    def _take(self) -> Token:
        token = self._next
        self._taken += 1
        if self._taken > WORDS:
            self._too_large(f"the rule has more than {NODES} parts")
        self._end = token.place.end
        self._next = next(self._tokens)
        return token

    def _accept(self, sign: str) -> bool:
        if self._next.kind != "sign" or self._next.value != sign:
            return False
        self._take()
        return True

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            self._unexpected(f"where `{sign}` is missing")

    def _expect_name(self) -> str:
        if self._next.kind != "name":
            self._unexpected("where the name of an output is missing")
        return self._take().value

    def _since(self, start: Token) -> Place:
        return Place(start.place.start, self._end)

    def _unexpected(self, where: str) -> NoReturn:
        place = self._next.place
        found = f"`{self._text[slice(*place)]}`" if self._next.kind != "end" else "the end of the rule"
        raise LanguageError("syntax", f"unexpected {found} at {place.start + 1}, {where}", place=place)

    def _too_large(self, sentence: str) -> NoReturn:
        raise LanguageError("too_large", sentence, place=self._next.place)
