"""The one refusal of the rules: what they ask of data that it does not have."""

from typing import Literal

from shared.engine.language.errors import Place

Code = Literal["symbol", "timeframe", "too_short", "empty", "detail", "rate"]


class DataError(Exception):
    """`place` is in the expression that asks, where one does."""

    def __init__(self, code: Code, sentence: str, *, place: Place | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.place = place
