"""Several transactions in one call: each step is one, committed before the next thing happens."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from shared.errors import Refused

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
Begin = Callable[[], AbstractContextManager[Session]]


class Steps:
    """`steps(operation, …)` is one transaction. A refusal that the operation returns is raised after it."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def __call__(
        self,
        operation: Callable[Concatenate[Session, Given], Answer | Refused],
        /,
        *args: Given.args,
        **named: Given.kwargs,
    ) -> Answer:
        with self._begin() as db:
            answer = operation(db, *args, **named)
            self._before_commit(db, answer)
        if isinstance(answer, Refused):
            raise answer
        return answer

    def _before_commit(self, db: Session, answer: object) -> None:
        """What an edge adds to a step."""
