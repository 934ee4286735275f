"""A scenario: two people pay in by card, spend, exchange, set aside, take back and are paid out.

Then a card's bank takes two deposits back: one dispute is won, the other lost.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from shared import clock
from tests.storm.world import World

PHRASE = "a long phrase for money"
IBAN = "DE89 3704 0044 0532 0130 00"


@dataclass(frozen=True)
class Client:
    """Somebody signed in. Each wish has a name, which is its Idempotency-Key."""

    world: World
    token: str

    def ask(self, method: str, path: str, body: Any = None, *, wish: str = "") -> httpx.Response:
        return self.world.ask(method, f"/v1/financial/{path}", body, token=self.token, key=wish)

    def post(self, path: str, body: Any, *, wish: str) -> Any:
        answer = self.ask("POST", path, body, wish=wish)
        assert answer.status_code == 201, f"{wish}: {answer.status_code} {answer.text}"
        return answer.json()

    def opens_wallet(self) -> str:
        return str(self.post("wallets", {"currency": "USD"}, wish="wallet")["id"])

    def pays_in(self, amount: str, card: str, *, wish: str) -> str:
        body = {"currency": "USD", "amount": amount, "payment_method": f"pm_card_{card}"}
        return str(self.post("payments/deposits", body, wish=wish)["id"])

    def is_declined(self) -> None:
        body = {"currency": "USD", "amount": "75.00", "payment_method": "pm_card_visa_chargeDeclined"}
        answer = self.ask("POST", "payments/deposits", body, wish="declined")
        assert answer.json()["code"] == "card_declined", answer.text

    def exchanges(self, wallet: str, amount: str) -> None:
        """A price holds for half a minute: whoever was kept waiting asks for another."""
        quote = {"wallet_id": wallet, "to_currency": "JPY", "amount": amount}
        priced = self.ask("POST", "quotes", quote).json()
        answer = self.ask("POST", "exchanges", {"quote_id": priced["id"]}, wish=f"exchange-{priced['id']}")
        if not answer.is_success:
            assert answer.json()["code"] == "quote_expired", answer.text
            self.exchanges(wallet, amount)

    def sets_aside(self, wallet: str, amount: str, *, hours: int | None = None) -> str:
        until = (clock.now() + timedelta(hours=hours)).isoformat() if hours else None
        body = {"wallet_id": wallet, "amount": amount, "note": "Rent", "expires_at": until}
        return str(self.post("holds", body, wish=f"hold-{amount}")["id"])

    def releases(self, hold: str) -> None:
        """Whoever asks twice is told that it is gone."""
        assert self.ask("DELETE", f"holds/{hold}").status_code in (204, 404)


def life(world: World) -> None:
    ada, bob = _arrived(world, "ada"), _arrived(world, "bob")
    _business(ada, bob)
    _disputes(ada, bob)
    world.sleep(timedelta(hours=25))


def _arrived(world: World, name: str) -> Client:
    mail, username = {"email": world.email(name)}, {"username": world.name(name)}
    world.call("POST", "/v1/auth/register", {**mail, **username, "password": PHRASE})
    world.follow(name, "Confirm your address", "/v1/auth/verify-email")
    tokens = world.call("POST", "/v1/auth/login", {**mail, "password": PHRASE})
    return Client(world, tokens["access_token"])


def _business(ada: Client, bob: Client) -> None:
    """Refund and payout are on their way while the rest goes on."""
    world = ada.world
    adas, bobs = ada.opens_wallet(), bob.opens_wallet()
    paid = ada.pays_in("200.00", "visa", wish="deposit")
    bob.pays_in("50.00", "mastercard", wish="deposit")
    bob.is_declined()
    world.drain()
    ada.post(f"payments/deposits/{paid}/refunds", {"amount": "20.00"}, wish="refund")
    payout = {"wallet_id": bobs, "amount": "15.00", "holder": "Bob", "iban": IBAN}
    bob.post("payments/payouts", payout, wish="payout")
    dinner = {"wallet_id": adas, "to": world.name("bob"), "amount": "30.00", "note": "Dinner"}
    ada.post("transfers", dinner, wish="dinner")
    ada.exchanges(adas, "33.33")
    ada.releases(ada.sets_aside(adas, "10.00"))
    ada.sets_aside(adas, "5.00", hours=2)


def _disputes(ada: Client, bob: Client) -> None:
    world = ada.world
    regretted = ada.pays_in("25.00", "createDispute", wish="regretted")
    denied = bob.pays_in("40.00", "createDispute", wish="denied")
    world.drain()
    world.bank_decides(regretted, "won")
    world.bank_decides(denied, "lost")
