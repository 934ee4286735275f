"""What the figures are taken on: a database with an account, and the events that reach the functions."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import cold, keys
from shared.secrets import secret
from tests import databases
from tests.calls import Api
from tests.conftest import pointed_at
from tests.functions.auth import make
from tests.functions.platform.make import dead_record

UNKNOWN = "01900000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Scene:
    environment: Mapping[str, str]
    token: str
    user_id: str

    def signed_in(self, path: str) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self.token}", "accept": "application/json"}
        return cold.get(path, headers)

    def me(self) -> dict[str, Any]:
        return self.signed_in("/v1/auth/me")

    def letter(self) -> dict[str, Any]:
        """A job for a link that was replaced: looked up, and nothing to do."""
        return _message({"user_id": self.user_id, "letter": "verify_email", "link_id": UNKNOWN})

    def messages(self) -> dict[str, dict[str, Any]]:
        """For the consumers that need nobody outside: what they are told of is not there."""
        return {
            "auth-job-send-account-mail": self.letter(),
            "financial-job-process-stripe-event": _message({"event_id": "evt_unknown"}),
            "financial-job-refresh-payment": _message({"payment_id": UNKNOWN}),
            "financial-job-send-payout": _message({"payout_id": UNKNOWN}),
            "financial-job-send-refund": _message({"refund_id": UNKNOWN}),
            "platform-on-dead-letters": {"Records": [dead_record()]},
        }


def _message(body: Mapping[str, Any]) -> dict[str, Any]:
    message = {"detail": {"id": UNKNOWN, "body": body}}
    record = {"messageId": UNKNOWN, "body": json.dumps(message), "eventSource": "aws:sqs"}
    return {"Records": [record | {"attributes": {"ApproximateReceiveCount": "1"}}]}


@contextmanager
def set_up() -> Iterator[Scene]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keys.keep(folder / "keys")
        with databases.serving(folder / "postgres") as server:
            clone = databases.clone(server, databases.template(server))
            with pointed_at(server, clone, folder / "keys", folder) as environment:
                api = Api()
                account = make.verified(api)
                token = make.tokens(api, account)["access_token"]
                me = api.signed_in(token).get("/v1/auth/me").json()
                jwk = json.loads(secret("jwks"))["keys"][0]
                peer = {"PEER_DATABASE_URL": server.url("fn_auth", clone), "PEER_JWK": json.dumps(jwk)}
                yield Scene({**environment, **peer, "LOG_LEVEL": "INFO"}, token, me["id"])
