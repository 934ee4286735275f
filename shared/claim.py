"""The row of an idempotency key: whose turn it is, what was answered, and where a break left off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from shared.db import house, travel
from shared.db.driver import Rows, Statement
from shared.errors import Conflict, Invalid
from shared.ids import new_id

LEASE = timedelta(seconds=60)  # no function runs for half as long: whoever left a row in progress has ended
KEPT_FOR = timedelta(days=1)  # from the answer on


class InProgress(Conflict):
    code = "in_progress"
    detail = "A request with this Idempotency-Key is being worked on: ask again in a moment."


class KeyReused(Invalid):
    code = "key_reused"
    detail = "This Idempotency-Key was given to another request."


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: str


class Answered(Exception):
    """The request was answered before: there is nothing to do but to say it again."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


class Claim:
    """What one request knows of its key. Each of its transactions holds the key's lock, and looks anew."""

    def __init__(self, *, key: str, method: str, path: str, request_sha256: bytes, now: datetime) -> None:
        self.intent = new_id()  # of the first try: one that takes over goes on with the same
        self.is_ours = False  # by the last look
        self.is_marked = False  # a step of ours has left the row in progress
        self.is_answered = False
        self._exists = False
        self._now = now
        self._owner: UUID | None = None
        self._key = key
        self._request = {"method": method, "path": path, "request_sha256": request_sha256}

    def question(self, owner: UUID | None) -> Statement:
        """Asked in the opening message, at the first time without waiting. `owner` is None where that message
        itself finds out who asks."""
        return "select * from platform.claim($1, $2, $3)", (owner, self._key, self.is_marked)

    def meet(self, owner: UUID, found: Rows) -> None:
        """Refuse, or repeat an answer, unless the key is new, as we left it, or nobody's any more."""
        free, request_sha256, status, response, intent, claimed_at = found[0]
        self._owner, self._exists, self.is_ours = owner, request_sha256 is not None, False
        if not free:
            raise InProgress(headers={"Retry-After": "1"})
        if self._exists:
            if request_sha256 != self._request["request_sha256"]:
                raise KeyReused
            if status is not None:
                raise Answered(Answer(status, **response))
            if claimed_at and not self._may_go_on(claimed_at):
                raise InProgress(headers={"Retry-After": "1"})
            self.intent = intent
        self.is_ours = True

    def mark(self, db: Session) -> None:
        """With what a step does its row says: in progress."""
        if not self._exists:
            travel(db, house.idempotency_keys, self._row(claimed_at=self._now))
        elif not self.is_marked:
            self._update(db, claimed_at=self._now)
        self.is_marked = True

    def keep(self, db: Session, answer: Answer) -> None:
        told = {
            "status_code": answer.status,
            "response": {"headers": answer.headers, "body": answer.body},
            "expires_at": self._now + KEPT_FOR,
        }
        if self._exists:
            self._update(db, claimed_at=None, **told)
        else:
            travel(db, house.idempotency_keys, self._row(**told))
        self.is_answered = True

    def release(self, db: Session) -> None:
        """Nothing is answered, and the next try need not wait to go on."""
        if self._exists:
            self._update(db, claimed_at=None)

    def _may_go_on(self, claimed_at: datetime) -> bool:
        return self._now - claimed_at >= LEASE or (self.is_marked and claimed_at == self._now)

    def _row(self, **told: Any) -> dict[str, Any]:
        new = {"user_id": self._owner, "key": self._key, "intent_id": self.intent, "created_at": self._now}
        return new | self._request | told

    def _update(self, db: Session, **told: Any) -> None:
        row = house.idempotency_keys.c
        mine = (row.user_id == self._owner) & (row.key == self._key)
        db.execute(update(house.idempotency_keys).where(mine).values(told))
