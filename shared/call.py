"""One HTTP request from the edge's side: who asks, by what right, and the transactions it may open."""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from uuid import uuid4

from sqlalchemy.orm import Session

from shared import clock, limits
from shared.access import BadToken, Caller, api_key_hash, caller_of_key, caller_of_token, credential
from shared.claim import Claim
from shared.db import SAVEPOINT, Answers, Work, house, identity, transaction, travel
from shared.db.driver import Rows, Statement
from shared.errors import Forbidden, Unauthenticated
from shared.handler import Login
from shared.ids import new_id
from shared.limits import Rate
from shared.permissions import Permission

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class Call:
    """`settle` comes first: it refuses whoever may not, before the body is looked at."""

    def __init__(self, *, login: Login, method: str, headers: Mapping[str, str], address: str) -> None:
        self.login = login
        self.method = method
        self.headers = headers
        self.address = address
        self.user_agent = headers.get("user-agent", "")[:300] or None
        self.began = time.perf_counter()
        self.now = clock.now()
        given = headers.get("x-request-id", "")
        self.request_id = given if REQUEST_ID.fullmatch(given) else str(uuid4())
        self.route = ""  # the template, never the path with its ids
        self.status = 0
        self.caller: Caller | None = None
        self.limit_headers: dict[str, str] = {}
        self.claim: Claim | None = None  # of a request that has a key, to be done once
        self.current: Work | None = None  # the transaction that is open
        self.awaits_answer = False  # it stays open, for the answer to be stored in it
        self.until_answered = ExitStack()
        self._identity = identity.nobody()
        self._rate: Rate | None = None  # taken by the first transaction
        self._bucket = limits.block_of(address)
        self._key_hash: bytes | None = None
        self._live: dict[str, Statement] = {}
        self._told: dict[str, Rows] = {}  # by the last opening, to what was asked in it
        self._early = ExitStack()  # a transaction opened to learn who asks, kept for the endpoint
        self._db: Work | None = None

    def settle(self, *, route: str, permission: Permission | None, rate: Rate) -> None:
        """Where the route is public, nobody in particular, whatever credential comes along."""
        self.route, self._rate = route, rate
        if permission is None:
            return
        token = credential(self.headers)
        if token is None:
            raise Unauthenticated
        if key_hash := api_key_hash(token):
            self._key_hash, self._identity = key_hash, identity.api_key(key_hash)
            self._open_early()
            self.caller = caller_of_key(self._told["identity"])
        else:
            self.caller = caller_of_token(token, now=self.now)
            self._bucket, self._identity = str(self.caller.id), identity.user(self.caller.id)
        if not self.caller.may(permission):
            raise Forbidden
        if permission.live_session and self.caller.session_id:
            self._live = {"session": identity.live_session(self.caller.session_id, self.now)}
        if key_hash:
            self._meet_claim()
        elif self._live or self.claim:
            self._open_early()

    @contextmanager
    def transaction(self, whom: Statement | None = None) -> Iterator[Work]:
        """As the caller, or as `whom`: then what was opened to learn who asks has done its work."""
        with self._early.pop_all() as stack:
            early, self._db = self._db, None
            if early is None or whom is not None:
                stack.close()
                early = stack.enter_context(self._begin(whom or self._identity))
            self.current = early
            stack.callback(setattr, self, "current", None)
            yield early
            if self.awaits_answer:
                self.awaits_answer = False
                self.until_answered.push(stack.pop_all())

    def note(self, db: Session, *, status: int | None = None) -> None:
        """The request's row in the log: it travels with the last transaction, when the answer is known."""
        row = {
            "id": new_id(),
            "created_at": self.now,
            "endpoint": self.route,
            "method": self.method,
            "status_code": status or self.status,
            "response_time_ms": round((time.perf_counter() - self.began) * 1000),
            "user_id": self.caller.id if self.caller else None,
            "api_key_id": self.caller.key_id if self.caller else None,
            "request_id": self.request_id,
        }
        travel(db, house.api_request_logs, row)

    def close(self) -> None:
        self._early.close()

    def _open_early(self) -> None:
        self._db = self._early.enter_context(self._begin(self._identity))
        self._db.connection()

    def _meet_claim(self) -> None:
        """Not before it is known who asks, and that they may: a key tells what was answered."""
        if self.claim and self.caller:
            self.claim.meet(self.caller.id, self._told["claim"])

    def _begin(self, whom: Statement) -> AbstractContextManager[Work]:
        rate, self._rate = self._rate, None
        take = [self._take(rate)] if rate else []
        asked = {"identity": whom} | self._live
        if self.claim:
            owner = self.caller.id if self.caller else None
            asked |= {"claim": self.claim.question(owner), "savepoint": SAVEPOINT}

        def check(answers: Answers) -> None:
            if rate:
                self.limit_headers = limits.headers(rate, answers[1][0])
            self._told = dict(zip(asked, answers[-len(asked) :], strict=True))
            if self._live and not self._told["session"]:
                raise BadToken  # the session behind the token was revoked
            self._meet_claim()

        _, *also = asked.values()
        return transaction(self.login, whom, before=take, also=also, check=check, request_id=self.request_id)

    def _take(self, rate: Rate) -> Statement:
        if self._key_hash:
            return limits.take_by_key(rate, key_hash=self._key_hash, block=self._bucket, now=self.now)
        return limits.take(rate, caller=self._bucket, now=self.now)
