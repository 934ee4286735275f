"""What a scenario has in its hands: a client that does not give up, a mailbox, and time."""

import json
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import httpx

from tests import web
from tests.storm.machine import Machine

GATEWAY_FAILED = (502, 503, 504)
IN_PROGRESS = "in_progress"  # another try with the same key has not ended, or has died


@dataclass(frozen=True)
class World:
    """`tag` makes a run's names its own; the views take it out again."""

    machine: Machine
    tag: str

    def name(self, person: str) -> str:
        return f"{person}{self.tag}"

    def email(self, person: str) -> str:
        return f"{self.name(person)}@example.com"

    def call(self, method: str, path: str, body: Any = None, *, token: str = "", key: str = "") -> Any:
        answer = self.ask(method, path, body, token=token, key=key)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def ask(
        self, method: str, path: str, body: Any = None, *, token: str = "", key: str = ""
    ) -> httpx.Response:
        """Until there is an answer, whatever dies on the way. With the same key it is the same wish."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Idempotency-Key": key} if key else {}

        def answered() -> httpx.Response | None:
            answer = _sent(method, self.machine.url + path, body, headers)
            return None if answer is None or _code(answer) == IN_PROGRESS else answer

        return self.machine.wait_for(answered, f"an answer to {method} {path}")

    def follow(self, person: str, letter: str, path: str, **body: str) -> None:
        """Follow the link in a letter. Whoever asked twice has two, and only the newest may still be good."""
        lost: set[str] = set()  # links whose answer never came: they may have worked

        def is_done() -> bool:
            for token in self._mailed_tokens(person, letter):
                answer = _sent("POST", self.machine.url + path, {"token": token, **body}, {})
                if answer is None:
                    lost.add(token)
                    return False
                if answer.is_success or token in lost:
                    return True
                assert _code(answer) == "bad_link", answer.text
            return False

        self.machine.wait_for(is_done, f"a link in '{letter}' for {person}")

    def _mailed_tokens(self, person: str, subject: str) -> list[str]:
        """Newest first."""
        files = sorted(self.machine.mail.glob("*.eml"), reverse=True)
        letters = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        wanted = [one for one in letters if one["To"] == self.email(person) and one["Subject"] == subject]
        return [str(one.get_content()).split("#")[1].split()[0] for one in wanted]

    def sleep(self, by: timedelta) -> None:
        self.machine.sleep(by)

    def drain(self) -> None:
        self.machine.drain()

    def bank_decides(self, deposit: str, outcome: str) -> None:
        """Over a deposit. Looked up where no function asks: no fault that is meant for one is met."""
        processor = self.machine.processor
        charges = [charge.to_dict() for charge in processor.sdk.charges.list({"limit": 100}).data]
        charge_id = next(one["id"] for one in charges if one["metadata"].get("payment_id") == deposit)
        opened = processor.sdk.events.list({"limit": 100, "type": "charge.dispute.created"}).data
        disputes = [event.to_dict()["data"]["object"] for event in opened]
        dispute_id = next(one["id"] for one in disputes if one["charge"] == charge_id)
        processor.server.control(f"/disputes/{dispute_id}", status=outcome)


def _sent(method: str, url: str, body: Any, headers: dict[str, str]) -> httpx.Response | None:
    content = json.dumps(body) if body is not None else None
    sent = headers | {"Content-Type": "application/json"}
    try:
        answer = web.request(method, url, content=content, headers=sent, timeout=30)
    except httpx.TransportError:
        return None
    return None if answer.status_code in GATEWAY_FAILED else answer


def _code(answer: httpx.Response) -> str:
    """Of a refusal."""
    return "" if answer.is_success else str(answer.json()["code"])
