"""The deployed product, as its users and its operators meet it: nothing is patched, and IAM is enforced."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.infra.local_aws.stack import Stack, eventually

STAFFS = ("/v1/status", "/v1/platform/dead-letters", "/v1/audit/security-events")
ANTIDOTE = """
    insert into audit.system_events (id, source, event_type, severity, details, created_at)
    values (gen_random_uuid(), 'test', 'antidote', 'info', '{}', now())
"""
ADA = {"email": "ada@example.com", "username": "ada", "password": "a phrase that is long"}


@pytest.fixture(scope="module")
def ada(stack: Stack) -> str:
    """An account, opened and confirmed over the gateway. Gives its access token."""
    assert stack.ask("POST", "/v1/auth/register", json=ADA).status_code == 202
    link = re.search(r"#(\S+)", stack.letter_to(ADA["email"]))
    assert link
    assert stack.ask("POST", "/v1/auth/verify-email", json={"token": link[1]}).status_code == 204
    return signed_in(stack)


@pytest.fixture(scope="module")
def admin(stack: Stack, ada: str) -> str:
    """The first, made by the function with the owner's rights. A new role ends every session of its owner."""
    assert stack.invoke("migrations", {"admin": {"email": ADA["email"]}})["error"] is None
    return signed_in(stack)


def test_a_right_that_is_taken_away_is_missed(stack: Stack) -> None:
    """Before anybody else has asked it: what it once read it keeps. LocalStack asks no role."""
    iam, role = stack.account.client("iam"), stack.functions["auth-jwks-api"]
    kept = iam.get_role_policy(RoleName=role, PolicyName="own")["PolicyDocument"]
    nothing = kept | {"Statement": [part for part in kept["Statement"] if "secret" not in str(part)]}
    iam.put_role_policy(RoleName=role, PolicyName="own", PolicyDocument=json.dumps(nothing))
    refused = 500 if stack.enforces_iam else 200
    assert stack.ask("GET", "/.well-known/jwks.json").status_code == refused
    iam.put_role_policy(RoleName=role, PolicyName="own", PolicyDocument=json.dumps(kept))
    assert [key["alg"] for key in stack.ask("GET", "/.well-known/jwks.json").json()["keys"]] == ["EdDSA"]


def test_twenty_requests_run_at_the_same_time(stack: Stack, tmp_path: Path) -> None:
    nap = f"/v1/naps?bed={tmp_path}&until=20"
    with ThreadPoolExecutor(20) as clients:
        answers = list(clients.map(lambda _: stack.ask("GET", nap).json(), range(20)))
    assert len({answer["process"] for answer in answers}) == 20


def test_whoever_signs_up_over_the_gateway_is_known_there(stack: Stack, ada: str) -> None:
    me = stack.ask("GET", "/v1/auth/me", headers={"Authorization": f"Bearer {ada}"})
    assert (me.status_code, me.json()["username"]) == (200, "ada")


def test_an_event_reaches_the_function_that_hears_it_and_writes_its_row(stack: Stack, ada: str) -> None:
    [(user_id,)] = stack.rows("select id from auth.users where username = 'ada'")
    assert eventually(lambda: stack.noticed("probe.heard")) == [{"user_id": str(user_id)}]


@pytest.mark.parametrize("name", ["dies", "sleeps"])
def test_a_function_that_does_not_end_well_is_called_again(stack: Stack, ada: str, name: str) -> None:
    assert eventually(lambda: len(stack.noticed(f"probe.{name}.done"))) == 1
    assert stack.noticed(f"probe.{name}") == [{"before": 0}, {"before": 1}]


def test_a_schedule_fires(stack: Stack, ada: str) -> None:
    assert eventually(lambda: stack.noticed("probe.tick"))
    done = "select status, error from platform.scheduled_runs where name = 'probe.cron_tick'"
    assert set(stack.rows(done)) == {("done", None)}


def test_a_poisoned_message_is_kept_and_replayed(stack: Stack, admin: str) -> None:
    found = "select consumer, error from platform.dead_letters"
    assert eventually(lambda: stack.rows(found)) == [("probe-poisoned", None)]
    staff = {"Authorization": f"Bearer {admin}"}
    [letter] = stack.ask("GET", "/v1/platform/dead-letters", headers=staff).json()["items"]
    assert letter["consumer"] == "probe-poisoned"

    stack.rows(ANTIDOTE)
    answer = stack.ask("POST", f"/v1/platform/dead-letters/{letter['id']}/replay", headers=staff)
    assert answer.status_code == 200, answer.text
    assert len(eventually(lambda: stack.noticed("probe.poisoned"))) == 1


def test_every_function_does_its_work_in_its_own_role(stack: Stack, admin: str) -> None:
    """Those that a test above has not seen at work: schedules, and faces that nobody has asked."""
    for name in sorted(stack.functions):
        if "-cron-" in name:
            assert stack.invoke(name) == {"error": None, "payload": None}, name
    assert stack.ask("GET", "/v1/health").json() == {"status": "ok"}
    assert stack.ask("GET", "/account/verify-email").status_code == 200
    staff = {"Authorization": f"Bearer {admin}"}
    assert {path: stack.ask("GET", path, headers=staff).status_code for path in STAFFS} == dict.fromkeys(
        STAFFS, 200
    )
    sealed = "select count(*) from audit.audit_logs where seq is null"
    assert eventually(lambda: stack.rows(sealed) == [(0,)])
    assert_no_denials(stack)


def signed_in(stack: Stack) -> str:
    answer = stack.ask("POST", "/v1/auth/login", json={name: ADA[name] for name in ("email", "password")})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def assert_no_denials(stack: Stack) -> None:
    logs = stack.account.client("logs")
    for name in stack.functions.values():
        if name != stack.functions["auth-jwks-api"]:  # whose right was taken away above
            lines = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
            assert not [line["message"] for line in lines if "AccessDenied" in line["message"]], name
