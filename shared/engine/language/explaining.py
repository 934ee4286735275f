"""A rule in plain words, for a person who is asked whether it says what they meant."""

import re
from collections.abc import Mapping, Sequence

from shared.engine.language import words
from shared.engine.language.calls import function_of
from shared.engine.language.checking import NOTHING
from shared.engine.language.patterns import PATTERNS
from shared.engine.language.rendering import written
from shared.engine.language.tree import (
    Calculation,
    Call,
    Comparing,
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
from shared.engine.language.typed import Value
from shared.words import LANGUAGES, Language


def explain(tree: Node, language: Language = "en", *, parameters: Mapping[str, Value] = NOTHING) -> str:
    """A clause without a capital or a full stop, of a rule that was checked. Parameters appear as values."""
    return polished(_Speaker(language, parameters).said(tree), language)


def polished(text: str, language: Language) -> str:
    """One bar is no bars; and `de el` is `del`."""
    if language == "en":
        return re.sub(r"\b1 bars\b", "1 bar", text)
    return re.sub(r"\b(de|a) el\b", r"\1l", re.sub(r"\b1 velas\b", "1 vela", text))


class _Speaker:
    def __init__(self, language: Language, parameters: Mapping[str, Value]) -> None:
        self._which = LANGUAGES.index(language)
        self._spanish = language == "es"
        self._parameters = parameters

    def said(self, node: Node) -> str:
        match node:
            case Number(value):
                return self._number(value)
            case Truth(value):
                return self._one("true" if value else "false", "verdadero" if value else "falso")
            case Text(value):
                return self._of(words.PHASES.get(value, (value, value)))
            case Name(name):
                return self._of(words.NAMES[name])
            case Parameter(name):
                return self._parameter(name)
            case Call():
                return self._call(node)
            case Joined() | Not() | Comparing():
                return self._condition(node)
            case Calculation(sign, left, right):
                return f"{self._part(left)} {self._of(words.SIGNS[sign])} {self._part(right)}"
            case Negation(Number(value)):
                return f"-{self._number(value)}"
            case Negation(operand):
                return f"{self._one('minus', 'menos')} {self._part(operand)}"
            case _:
                return self._elsewhere(node)

    def _elsewhere(self, node: Node) -> str:
        """Earlier, on another timeframe, of another symbol, or one of several outputs."""
        match node:
            case Lag(operand, bars):
                ago = f"{self.said(bars)} {self._one('bars', 'velas')}"
                return f"{self._part(operand)} {self._one(f'{ago} ago', f'hace {ago}')}"
            case OnTimeframe(operand, timeframe):
                chart = self._of(words.TIMEFRAMES[timeframe])
                where = self._one(f"on the {chart} chart", f"en el gráfico {chart}")
                return f"{self._part(operand)} {where}"
            case OfSymbol(operand, symbol):
                return f"{self._part(operand)} {self._one('of', 'de')} {symbol}"
            case Output(operand, name):
                line = self._of(words.OUTPUTS[name])
                return f"{line} {self._one('of', 'de')} {self._part(operand)}"
        raise AssertionError(node)

    def _condition(self, node: Joined | Not | Comparing) -> str:
        match node:
            case Joined(word, operands):
                return self._listed([self._clause(operand) for operand in operands], word)
            case Not(Name("in_position")):
                return self._one("no position is open", "no hay ninguna posición abierta")
            case Not(operand):
                return f"{self._one('it is not true that', 'no es cierto que')} {self._clause(operand)}"
            case Comparing(sign, Call(name), Number(0)) if name.startswith("cdl_") and sign in words.APPEARS:
                pattern = PATTERNS[name.removeprefix("cdl_")]
                appears = self._of(words.APPEARS[sign])
                return appears.format(self._one(pattern.english, pattern.spanish))
            case Comparing(sign, left, right):
                return f"{self.said(left)} {self._of(words.SIGNS[sign])} {self._its(right, left)}"

    def _clause(self, node: Node) -> str:
        """One of several: which of them belong together must be heard."""
        if not isinstance(node, Joined):
            return self.said(node)
        either = self._one("either", "o bien") if node.operator == "or" else self._one("both", "a la vez")
        if len(node.operands) > 2 or any(isinstance(operand, Joined) for operand in node.operands):
            return f"({self.said(node)})"
        first, second = (self.said(operand) for operand in node.operands)
        return f"{either} {first} {self._of(words.SIGNS[node.operator])} {second}"

    def _listed(self, clauses: Sequence[str], word: str) -> str:
        *most, last = clauses
        return f"{', '.join(most)}, {self._of(words.SIGNS[word])} {last}"

    def _call(self, node: Call) -> str:
        function = function_of(node)
        given = [self._part(argument) for argument in node.arguments]
        defaults = [each.default for each in function.settings][len(given) - len(function.inputs) :]
        given += [self._constant(default) for default in defaults if default is not None]
        if function.event:
            given[1] = self._its(node.arguments[1], node.arguments[0])
        told = given and node.arguments[:1] != (Name("close"),)
        of = f" {self._one('of', 'de')} {given[0]}" if told else ""
        every = self._listed(given, "and") if len(given) > 1 else ""
        return self._of(words.CALLS[node.name]).format(*given, of=of, all=every)

    def _its(self, node: Node, subject: Node) -> str:
        """`its 96-bar average`, where the sentence spoke of the same series just before."""
        text = self.said(node)
        if not isinstance(node, Call) or node.name not in words.AVERAGES or not node.arguments:
            return text
        series = node.arguments[0]
        same = isinstance(subject, Call) and subject.arguments[:1] == (series,)
        end = f" {self._one('of', 'de')} {self._part(series)}"
        if not (same or subject == series) or not text.endswith(end):
            return text
        return f"{self._one('its', 'su')} {text.removesuffix(end).split(' ', 1)[1]}"

    def _part(self, node: Node) -> str:
        """Inside something larger."""
        return f"({self.said(node)})" if isinstance(node, Calculation | Joined) else self.said(node)

    def _parameter(self, name: str) -> str:
        if name not in self._parameters:
            return f"${name}"
        value = self._parameters[name]
        if isinstance(value, bool):
            english, spanish = ("on", "activado") if value else ("off", "desactivado")
            return self._one(f"{name} is {english}", f"{name} está {spanish}")
        return self._constant(value)

    def _constant(self, value: float | str) -> str:
        return self.said(Text(value)) if isinstance(value, str) else self._number(value)

    def _number(self, value: float) -> str:
        text = str(written(value))
        return text.replace(".", ",") if self._spanish else text

    def _one(self, english: str, spanish: str) -> str:
        return spanish if self._spanish else english

    def _of(self, both: words.Said) -> str:
        return both[self._which]
