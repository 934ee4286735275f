"""The words that sentences about a strategy are made of, in one language."""

from collections.abc import Mapping, Sequence

from shared.engine.language.explaining import explain, polished
from shared.engine.language.rendering import written
from shared.engine.language.sides import Sides
from shared.engine.language.tree import Node
from shared.engine.language.typed import Value
from shared.words import Language


class Speech:
    def __init__(self, language: Language, parameters: Mapping[str, Value]) -> None:
        self._language = language
        self._parameters = parameters

    def one(self, english: str, spanish: str) -> str:
        return polished(spanish if self._language == "es" else english, self._language)

    def said(self, node: Node) -> str:
        return explain(node, self._language, parameters=self._parameters)

    def number(self, value: float) -> str:
        text = str(written(value))
        return text.replace(".", ",") if self._language == "es" else text

    def percent(self, fraction: float) -> str:
        return f"{self.number(round(fraction * 100, 10))} %"

    def bars(self, count: int) -> str:
        return self.one(f"{count} bars", f"{count} velas")

    def listed(self, parts: Sequence[str]) -> str:
        *most, last = parts
        return f"{', '.join(most)} {self.one('and', 'y')} {last}" if most else last

    def sides(self, prices: Sides, traded: Sides) -> str:
        """One price, or one for each direction."""
        long = self.said(prices.long) if prices.long and traded.long else ""
        short = self.said(prices.short) if prices.short and traded.short else ""
        if not (long and short) or long == short:
            return long or short
        return self.one(f"{long} (short: {short})", f"{long} (en corto: {short})")
