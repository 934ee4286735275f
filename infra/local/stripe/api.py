"""A request to the API: who asks, what goes wrong on purpose, what was answered before, and what is done."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import unquote

from infra.local.stripe import (
    balance,
    charges,
    checkout,
    control,
    customers,
    disputes,
    events,
    ids,
    payment_intents,
    payment_methods,
    payouts,
    refunds,
    setup_intents,
)
from infra.local.stripe.call import Answer, Call, House, Route
from infra.local.stripe.errors import Refused, broken, too_many
from infra.local.stripe.faults import Fault
from infra.local.stripe.form import Given, parsed
from infra.local.stripe.listing import expanded
from infra.local.stripe.store import Records, Store, Stored
from infra.local.stripe.wire import Lost, Reply, Request, check_key, in_json, in_words
from shared import clock

TOPICS = (
    *(balance, charges, checkout, control, customers, disputes, events),
    *(payment_intents, payment_methods, payouts, refunds, setup_intents),
)
ROUTES: tuple[Route, ...] = tuple(route for topic in TOPICS for route in topic.ROUTES)
LONGEST_KEY = 255


class Api:
    """`changed` is called after each commit that others may have to hear of."""

    def __init__(self, store: Store, house: House, *, key: str, changed: Callable[[], None]) -> None:
        self._store = store
        self._house = house
        self._key = key
        self._changed = changed
        self._lock = threading.Lock()
        self._keys_in_use: set[str] = set()

    def __call__(self, request: Request) -> Reply:
        """Raises Lost where a fault wants no answer."""
        request_id = ids.new_id("req", 14)
        try:
            check_key(request, self._key)
            reply = self._with_faults(request, request_id)
        except Refused as refused:
            retry = {"Stripe_Should_Retry": "true"} if refused.status == 503 else {}
            reply = in_words(refused, **retry)
        reply.headers["Request-Id"] = request_id
        return reply

    def _with_faults(self, request: Request, request_id: str) -> Reply:
        fault = self._house.faults.of_request(request.method, request.path) or Fault("")
        match fault.kind:
            case "timeout_before":
                time.sleep(fault.seconds)
                raise Lost
            case "429":
                raise too_many()
            case "503":
                raise broken(503)
        reply = self._answered(request, request_id, fault)
        if fault.kind == "timeout_after":
            time.sleep(fault.seconds)
            raise Lost
        return reply

    def _answered(self, request: Request, request_id: str, fault: Fault) -> Reply:
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        if not key:
            return self._worked_off(request, request_id, None, fault)
        if len(key) > LONGEST_KEY:
            raise Refused(400, f"An Idempotency-Key has at most {LONGEST_KEY} characters.", stored=False)
        with self._in_use(key):
            return self._again(request, key) or self._worked_off(request, request_id, key, fault)

    @contextmanager
    def _in_use(self, key: str) -> Iterator[None]:
        with self._lock:
            if key in self._keys_in_use:
                sentence = (
                    f"There is currently another in-progress request using this Idempotent Key ({key})."
                )
                kind, code = "idempotency_error", "idempotency_key_in_use"
                raise Refused(409, sentence, kind=kind, code=code, stored=False)
            self._keys_in_use.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys_in_use.remove(key)

    def _again(self, request: Request, key: str) -> Reply | None:
        """What this key was answered with before."""
        with self._store.transaction() as records:
            earlier = records.answer(key, now=clock.now().timestamp())
        if earlier is None:
            return None
        if earlier.request != _fingerprint(request):
            sentence = (
                "Keys for idempotent requests can only be used with the same parameters they were first used"
                f" with. Try using a key other than '{key}' if you meant to execute a different request."
            )
            raise Refused(400, sentence, kind="idempotency_error", stored=False)
        retry = {"Stripe_Should_Retry": "false"} if earlier.status >= 500 else {}
        return in_json(earlier.status, earlier.body, Idempotent_Replayed="true", **retry)

    def _worked_off(self, request: Request, request_id: str, key: str | None, fault: Fault) -> Reply:
        time.sleep(fault.seconds if fault.kind == "slow" else 0)
        retry = {"Stripe_Should_Retry": "false"} if fault.kind in ("500", "500_after") else {}
        try:
            with self._store.transaction() as records:
                if fault.kind == "500":
                    raise broken(500)
                answer = self._effect(records, request, request_id, key)
                if fault.kind == "500_after":
                    answer = Answer(500, broken(500).body)
                reply = in_json(answer.status, answer.body, **retry)
                _keep(records, request, key, reply)
        except Refused as refused:
            reply = in_words(refused, **retry)
            if refused.stored:
                with self._store.transaction() as records:
                    _keep(records, request, key, reply)
        self._changed()
        return reply

    def _effect(self, records: Records, request: Request, request_id: str, key: str | None) -> Answer:
        route, names = _found(request)
        form = parsed(request.query if request.method == "GET" else request.body.decode("ascii", "replace"))
        given = Given(form).only(route.takes)
        call = Call(
            records=records,
            house=self._house,
            now=int(clock.now().timestamp()),
            given=given,
            request_id=request_id,
            idempotency_key=key,
        )
        made = route.answer(call, *names)
        answer = made if isinstance(made, Answer) else Answer(200, made)
        if answer.status == 200:
            expanded(records, answer.body, given.texts("expand"))
        return answer


def _found(request: Request) -> tuple[Route, tuple[str, ...]]:
    path = unquote(request.path)
    for route in ROUTES:
        names = route.match(request.method, path)
        if names is not None:
            return route, names
    raise Refused(404, f"Unrecognized request URL ({request.method}: {path}).", stored=False)


def _keep(records: Records, request: Request, key: str | None, reply: Reply) -> None:
    if key:
        stored = Stored(_fingerprint(request), reply.status, reply.body.decode())
        records.keep_answer(key, stored, now=clock.now().timestamp())


def _fingerprint(request: Request) -> str:
    """Of the same wish, in whatever order it was written."""
    form = json.dumps(parsed(request.body.decode("ascii", "replace")), sort_keys=True)
    return hashlib.sha256(f"{request.method} {request.path} {form}".encode()).hexdigest()
