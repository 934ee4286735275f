"""Rights are read off the code: so it must say in plain words what it is a client of, and what it asks."""

import ast
from collections.abc import Iterator

import pytest

from infra import discover
from infra.aws import policies, rights
from tests.architecture.sources import Source, sources

NAMED_BY_LOGIN = "f'database/{login}'"  # the one secret whose name is put together: a right of every login
BY_NAME = ("client", "secret")


def unnamed(source: Source) -> Iterator[str]:
    """Calls whose first word is not written out: what they reach shows nowhere."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BY_NAME:
            word = node.args[0] if node.args else None
            if not isinstance(word, ast.Constant) and ast.unparse(word or node) != NAMED_BY_LOGIN:
                yield f"{source.at(node)} {ast.unparse(node)}"


def test_what_a_function_reaches_is_written_out() -> None:
    found = sources("functions", "shared", "infra/migrations")
    assert [call for source in found for call in unnamed(source)] == []


@pytest.mark.parametrize("call", ["client(service)", "secret(f'{name}')", "secret()"])
def test_a_word_that_is_put_together_is_found(call: str) -> None:
    source = Source(next(sources("shared")).path, call)
    assert [told.split(" ", 1)[1] for told in unnamed(source)] == [call]


def test_every_client_there_is_has_its_actions() -> None:
    reached = [rights.of(function) for function in (*discover.functions(), discover.owner())]
    services = {service for found in reached for service in found.services}
    assert services - {"secretsmanager"} == policies.ACTIONS.keys()


HOLDERS = {
    "kms": {
        *("auth-api", "migrations"),
        # The sealed account numbers of payouts.
        *("financial-admin-api", "financial-job-send-payout", "financial-payments-api"),
    },
    "events": {"platform-loop-relay"},
    "sqs": {"platform-loop-relay"},
    "ses": {"auth-job-send-account-mail"},
    "signing-key": {"auth-api", "migrations"},
    "stripe-secret-key": {
        *(
            "financial-payments-api",
            "financial-job-fetch-stripe-events",
            "financial-job-process-stripe-event",
            "financial-job-refresh-payment",
        ),
        *("financial-job-send-payout", "financial-job-send-refund"),
    },
    "stripe-webhook-secret": {"financial-stripe-webhook-api"},
    "token-key": {"auth-api", "auth-job-send-account-mail", "migrations"},
}


def test_each_right_belongs_to_whose_work_needs_it() -> None:
    """The whole table of what is not everybody's: a right that moves is a line here."""
    found = {one.name: rights.of(one) for one in (*discover.functions(), discover.owner())}
    holders = {
        what: {name for name, one in found.items() if what in one.services | one.secrets}
        for what in (
            "kms",
            "events",
            "sqs",
            "ses",
            "signing-key",
            "token-key",
            "stripe-secret-key",
            "stripe-webhook-secret",
        )
    }
    assert holders == HOLDERS
