"""Any request at all, against all that the OpenAPI document promises: nothing makes a fault, all is as told.

Every operation by whom it is for, and, more briefly, by everybody else: what could be an id is one of Ada's.
`make soak` asks many times as much.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema

from infra.discover import functions
from infra.local.postgres import Server
from infra.openapi import document
from shared.device import Device
from shared.idempotency import NAME
from shared.ids import new_id
from shared.problem import MEDIA_TYPE
from tests.architecture.routes import Found, routes
from tests.calls import Answer, Api, face
from tests.functions.auth import make
from tests.journeys.asked import IDS
from tests.journeys.world import ADMIN, World, is_for_staff, one_world, permission

DOCUMENT = document(functions(), server_url="/")
CONFIG = """
    seed = 20260302
    [auth.openapi.bearer]
    bearer = "asker"
    [generation]
    deterministic = true
    max-examples = {examples}
    [phases.coverage]
    enabled = {thorough}
    [checks.positive_data_acceptance]  # 422: what it means is refused, not its shape
    expected-statuses = ["2xx", "401", "403", "404", "409", "422", "429"]
    [checks.negative_data_rejection]
    expected-statuses = ["400", "401", "403", "404", "405", "422", "429"]
"""
# As in the document's examples, so that some of what is made up signs in.
ADA = make.Account("ada@example.com", "somebody", password="a long phrase, not a word")
ELSEWHERE = Device("198.51.100.7", "a test")  # what the fuzzer locks out is let in from here


Credential = Callable[[], dict[str, str]]


class Application:
    """The faces, called through their Lambda handlers, as a WSGI application."""

    world: World
    credential: (
        Credential  # what the word "asker" stands for: anew for each request, as some of them sign out
    )

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        named = {name[5:].replace("_", "-").lower(): name for name in environ if name.startswith("HTTP_")}
        sent = {name: environ[key] for name, key in named.items() if name != "accept-encoding"}
        sent["content-type"] = environ.get("CONTENT_TYPE", "")
        if sent.get("authorization") == "Bearer asker":
            del sent["authorization"]
            sent |= self.credential()
        answer = answered(environ["REQUEST_METHOD"], uri(environ), body, sent)
        start_response(f"{answer.status} -", list(answer.headers.items()))
        return [answer.text.encode()]


def uri(environ: dict[str, Any]) -> str:
    query = environ["QUERY_STRING"]
    return f"{environ['REQUEST_URI']}?{query}" if query else str(environ["REQUEST_URI"])


def answered(method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
    try:
        face(path.partition("?")[0])
    except ValueError:  # no function has such a path: the gateway's to say
        return Answer(404, {"content-type": MEDIA_TYPE}, "{}")
    return Api().send(method, path, body, headers)


APPLICATION = Application()


def token(account: make.Account) -> dict[str, str]:
    return {"authorization": f"Bearer {make.session(account, device=ELSEWHERE).access_token}"}


def key() -> dict[str, str]:
    made = Api(headers=token(ADA)).post("/v1/auth/api-keys", {"name": "bot", "scopes": ["read"]}).json()
    return {"apca-api-key-id": made["key"], "apca-api-secret-key": made["secret"]}


ASKERS: dict[str, Credential] = {
    "nobody": dict,
    "user": lambda: token(ADA),
    "key": key,
    "staff": lambda: token(ADMIN),
}


@pytest.fixture(scope="module")
def _world(
    server: Server, template: str, keys_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    with one_world(server, template, keys_folder, tmp_path_factory.mktemp("fuzz"), ada=ADA) as made:
        APPLICATION.world = made
        yield


@pytest.fixture
def _asked_by(asker: str, _world: None) -> None:
    APPLICATION.credential = ASKERS[asker]


def whose(found: Found) -> str:
    if permission(found) is None:
        return "nobody"
    return "staff" if is_for_staff(found) else "user"


def promised(*, examples: int, thorough: bool = True, to: str = "") -> BaseSchema:
    """All operations, or those that are for somebody."""
    config = CONFIG.format(examples=examples, thorough=str(thorough).lower())
    schema = schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig.from_str(config))
    schema.app = APPLICATION
    return schema.include(name=[found.name for found in routes() if whose(found) == to]) if to else schema


def asked_by(*askers: str, of: BaseSchema) -> Any:
    """Hypothesis's deadline is for quiet machines; the examples of a test may share its database."""
    unhurried = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]

    def mark(test: Any) -> Any:
        each = of.parametrize()(settings(suppress_health_check=unhurried)(test))
        return pytest.mark.usefixtures("_asked_by")(pytest.mark.parametrize("asker", askers)(each))

    return mark


def answers_as_promised(case: Any) -> None:
    for given in (case.path_parameters, case.body):
        if isinstance(given, dict):
            ids = [name for name in given if name in IDS and is_id(given[name])]
            given |= {name: APPLICATION.world.id_of_ada(name) for name in ids}
    if is_id(case.headers.get(NAME)):  # as in the example, which was used before
        case.headers[NAME] = str(new_id())
    case.call_and_validate()


def is_id(value: object) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


@asked_by("nobody", of=promised(examples=6, to="nobody"))
def test_what_is_for_everybody_answers_as_promised(case: Any) -> None:
    answers_as_promised(case)


@asked_by("user", of=promised(examples=6, to="user"))
def test_what_is_for_users_answers_them_as_promised(case: Any) -> None:
    answers_as_promised(case)


@asked_by("staff", of=promised(examples=6, to="staff"))
def test_what_is_for_staff_answers_them_as_promised(case: Any) -> None:
    answers_as_promised(case)


@asked_by(*ASKERS, of=promised(examples=3, thorough=False))
def test_whoever_asks_is_answered_as_promised(case: Any) -> None:
    answers_as_promised(case)


@pytest.mark.usefixtures("_asked_by")
@pytest.mark.parametrize("asker", ["user", "staff"])
def test_one_request_after_another_is_answered_as_promised(asker: str) -> None:
    """What one answer names, the next request asks about: also after it was deleted."""
    story = promised(examples=1).as_state_machine()
    story.run(settings=settings(max_examples=10, stateful_step_count=10, derandomize=True))


@pytest.mark.soak
@asked_by(*ASKERS, of=promised(examples=300))
def test_whoever_asks_at_length_is_answered_as_promised(case: Any) -> None:
    answers_as_promised(case)
