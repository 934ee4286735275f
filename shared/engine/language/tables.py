"""One table of a strategy file: its keys checked where they stand, and kept in canonical form."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NoReturn

from shared.engine.language.bounds import COST, NUMBER, WINDOW, WORD
from shared.engine.language.checking import Wanted, meaning_of
from shared.engine.language.definition import Expression
from shared.engine.language.errors import Code, LanguageError, closest, did_you_mean, quoted
from shared.engine.language.json_form import Json, from_json, to_json
from shared.engine.language.parser import parse
from shared.engine.language.rendering import written
from shared.engine.language.requirements import unmet
from shared.engine.language.sides import Sides
from shared.engine.language.timeframes import FINEST
from shared.engine.language.tokens import TEXT
from shared.engine.language.tree import Node
from shared.engine.language.typed import Value

NONE: dict[str, object] = {}
MANY = 100  # keys that may have been misspelt
PLAIN = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]*")


class Frame:
    """What all expressions of one file share, and what they need together."""

    def __init__(self, parameters: Mapping[str, Value] | None = None, timeframe: str = FINEST) -> None:
        self.parameters = dict(parameters or {})
        self.timeframe = timeframe
        self.expressions: list[Expression] = []
        self.windows: list[int] = []
        self._cost = 0  # of all expressions

    def read(self, value: object, wanted: Wanted, path: str) -> Expression:
        try:
            tree = parse(value) if isinstance(value, str) else from_json(value)
        except LanguageError as error:
            raise _under(error, path) from None
        return self.check(tree, wanted, path)

    def check(self, tree: Node, wanted: Wanted, path: str) -> Expression:
        try:
            meaning = meaning_of(tree, wanted, self.parameters, self.timeframe)
        except LanguageError as error:
            raise _under(error, path) from None
        if wanted == "requirement" and meaning.constant is not True:
            raise _under(unmet(tree, self.parameters), path)
        expression = Expression(tree, wanted, path, meaning)
        self.expressions.append(expression)
        self._cost += meaning.cost
        if self._cost > COST:
            sentence = f"the rules cost more than {COST} passes over the bars"
            raise LanguageError("too_large", sentence, path=path)
        return expression


def _under(error: LanguageError, path: str) -> LanguageError:
    return error.under(f"{path}.{error.path}" if error.path else path)


class Table:
    def __init__(
        self, values: object, path: str, frame: Frame, *, within: dict[str, Json] | None = None
    ) -> None:
        if not isinstance(values, dict):
            raise LanguageError("type", "a table stands here", path=path or "the strategy")
        self._values = values
        self._path = path
        self._frame = frame
        self._within = within
        self._asked: list[str] = []
        self.canonical: dict[str, Json] = {}

    def has(self, key: str) -> bool:
        self._asked.append(key)
        return key in self._values

    def keys(self) -> list[str]:
        return [str(key) for key in self._values]

    def is_table(self, key: str) -> bool:
        return isinstance(self._values.get(key), dict)

    def path(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def refuse(self, key: str, sentence: str, *, code: Code = "range") -> NoReturn:
        raise LanguageError(code, sentence, path=self.path(key) if key else self._path)

    def text(self, key: str, default: str | None = "", *, most: int = WORD, among: Sequence[str] = ()) -> str:
        value = self._value(key, default)
        if not isinstance(value, str) or not PLAIN.fullmatch(value):
            self.refuse(key, "a text stands here", code="type")
        if len(value) > most:
            self.refuse(key, f"a text of at most {most} characters stands here", code="too_large")
        if among and value != default and value not in among:
            meant = did_you_mean(value, among) or f": there are {quoted(among)}"
            self.refuse(key, f"unknown `{value}`{meant}", code="unknown")
        self._keep(key, value, default)
        return value

    def number(
        self,
        key: str,
        default: float | None = None,
        *,
        low: float,
        high: float,
        above: bool = False,
        hint: str = "",
    ) -> float:
        """`above`: the lower bound itself is refused."""
        if default is not None and not self.has(key):
            return float(default)
        given = self._value(key, None)
        value, said = self._plain(given) or self._constant(given, key)
        if not low <= value <= high or (above and value == low):
            bounds = f"{'above' if above else 'from'} {written(low)} up to {written(high)}"
            self.refuse(key, f"{written(value)} stands here: a number {bounds} is expected{hint}")
        self._keep(key, said, default)
        return value

    def _plain(self, given: object) -> tuple[float, Json] | None:
        """A number that stands for itself: nothing in it is the language's."""
        if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) <= NUMBER:
            return None
        value = float(given)
        return value, written(value)

    def _constant(self, given: object, key: str) -> tuple[float, Json]:
        expression = self._frame.read(given, "constant", self.path(key))
        value = expression.meaning.constant
        assert isinstance(value, float)  # it was checked
        return value, to_json(expression.tree)

    def fraction(self, key: str, *, high: float = 1.0) -> float:
        return self.number(key, low=0, high=high, above=True, hint=", 0.02 for 2 %")

    def whole(self, key: str, default: int | None = None, *, low: int, high: int) -> int:
        value = self.number(key, default, low=low, high=high)
        if value != int(value):
            self.refuse(key, f"{written(value)} stands here: a whole number is expected")
        return int(value)

    def window(self, key: str, default: int, *, low: int = 1) -> int:
        """Bars that the engine looks back, beside those of the rules."""
        bars = self.whole(key, default, low=low, high=WINDOW)
        self._frame.windows.append(bars)
        return bars

    def literal(self, key: str) -> Value:
        value = self._value(key, None)
        if not isinstance(value, bool | int | float | str):
            self.refuse(key, "a number, a text, true or false stands here", code="type")
        if isinstance(value, str):
            if len(value) > WORD or not TEXT.fullmatch(value):
                self.refuse(key, "a text of plain letters, digits and signs stands here")
            self.canonical[key] = value
            return value
        if not isinstance(value, bool) and not abs(value) <= NUMBER:  # NaN is refused as well
            self.refuse(key, f"a number lies between {-NUMBER:.0e} and {NUMBER:.0e}")
        self.canonical[key] = value if isinstance(value, bool) else written(value)
        return value if isinstance(value, bool) else float(value)

    def rule(self, key: str) -> Node | None:
        return self._expression(key, "rule")

    def price(self, key: str) -> Node | None:
        return self._expression(key, "price")

    def prices(self, traded: Sides) -> Sides:
        """`price` for both directions, or one for each that is traded."""
        if self.has("price"):
            both = self.price("price")
            for key in ("long_price", "short_price"):
                if self.has(key):
                    self.refuse(key, "`price` stands for both directions already")
            return Sides(both, both)
        price = Sides(self.price("long_price"), self.price("short_price"))
        for key, rule, level in (("long", traded.long, price.long), ("short", traded.short, price.short)):
            if rule and not level:
                self.refuse("price", f"this is missing: `price` for both directions, or `{key}_price`")
        return price

    def table(self, key: str) -> "Table":
        """Empty where there is none. When it is left, it has been asked for every key it has."""
        return Table(self._value(key, NONE), self.path(key), self._frame, within=self.canonical)

    def __enter__(self) -> "Table":
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if kind is None:
            self.known_keys_only()
            if self.canonical and self._within is not None:
                self._within[self._path.rpartition(".")[2]] = self.canonical

    def tables(self, key: str, *, most: int) -> Iterator["Table"]:
        """One, several or none."""
        values = self._value(key, [])
        listed = values if isinstance(values, list) else [values]
        if len(listed) > most:
            self.refuse(key, f"at most {most} of them stand here", code="too_large")
        canonical: list[Json] = []
        for index, each in enumerate(listed):
            with Table(each, f"{self.path(key)}[{index}]", self._frame) as table:
                yield table
            canonical.append(table.canonical)
        if canonical:
            self.canonical[key] = canonical

    def texts(self, key: str, *, most: int) -> tuple[str, ...]:
        values = self._value(key, [])
        if isinstance(values, list) and len(values) > most:
            self.refuse(key, f"at most {most} of them stand here", code="too_large")
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self.refuse(key, "a list of texts stands here", code="type")
        if values:
            self.canonical[key] = list(values)
        return tuple(values)

    def requirements(self, key: str, *, most: int) -> tuple[Node, ...]:
        """One, or several in a list: they hold."""
        given = self._value(key, [])
        listed = given if isinstance(given, list) else [given]
        if len(listed) > most:
            self.refuse(key, f"at most {most} of them stand here", code="too_large")
        paths = [key] if len(listed) == 1 else [f"{self.path(key)}[{index}]" for index in range(len(listed))]
        read = (self._frame.read(each, "requirement", path) for each, path in zip(listed, paths, strict=True))
        trees = tuple(expression.tree for expression in read)
        if trees:
            self.canonical[key] = [to_json(tree) for tree in trees]
        return trees

    def one_of(self, keys: Sequence[str]) -> str:
        """The one key of these that is there; asked last, so that a misspelt one is found out."""
        found = [key for key in keys if self.has(key)]
        if len(found) != 1:
            self.known_keys_only()
            together = f", not {' and '.join(f'`{key}`' for key in found)} together" if found else ""
            self.refuse("", f"one of {quoted(keys)} stands here{together}")
        return found[0]

    def known_keys_only(self) -> None:
        for key in self._values:
            if key not in self._asked:
                said, asked = str(key)[:WORD], list(dict.fromkeys(self._asked))
                meant = did_you_mean(said, asked) or f": there are {quoted(asked)}"
                self.refuse("", f"unknown key `{said}`{meant}", code="unknown")

    def _expression(self, key: str, wanted: Wanted) -> Node | None:
        if not self.has(key):
            return None
        tree = self._frame.read(self._values[key], wanted, self.path(key)).tree
        self.canonical[key] = to_json(tree)
        return tree

    def _value(self, key: str, default: object) -> Any:
        if self.has(key):
            return self._values[key]
        if default is None:
            others = [str(other)[:WORD] for other in islice(self._values, MANY) if other not in self._asked]
            meant = closest(key, others)
            self.refuse(key, f"this is missing: is it meant by `{meant}`?" if meant else "this is missing")
        return default

    def _keep(self, key: str, value: Json, default: object) -> None:
        """What says no more than its absence would is left out."""
        if value != default:
            self.canonical[key] = value
