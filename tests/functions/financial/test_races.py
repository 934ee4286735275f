"""Many at once on the same wallets: PostgreSQL puts them in a line, and nobody waits for ever."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from functions.financial import ledger
from functions.financial.tables import Entry, Movement, Wallet
from functions.financial.verification import verify
from shared.db import identity, system, transaction
from shared.ids import new_id
from tests.conftest import NOON, Database
from tests.functions.auth.crowd import PATIENCE, room
from tests.functions.financial import make

Act = Callable[[], Any]
Owner = tuple[UUID, UUID]  # somebody and their wallet


@pytest.fixture(autouse=True)
def books(database: Database) -> Iterator[None]:
    """They are sound when all is over."""
    with room():
        yield
    with transaction("fn_system", system()) as db:
        assert verify(db) == []


def owners(count: int, *, balance: int = 100) -> list[Owner]:
    with transaction("fn_system", system()) as db:
        make.rates(db)
        people = [make.person(db) for _ in range(count)]
        return [(person, make.wallet(db, person, balance=balance)) for person in people]


def asked(user_id: UUID, function: str, *given: Any) -> Any:
    with transaction("fn_http", identity.user(user_id)) as db:
        return db.scalar(getattr(func.financial, function)(*given, NOON))


def sends(giver: Owner, taker: Owner, amount: int) -> Act:
    return partial(asked, giver[0], "transfer", new_id(), giver[1], taker[0], Decimal(amount), None)


def at_once(acts: Sequence[Act], *, connections: int = 16) -> list[Any]:
    """Dealt out to all connections, which begin together: what each act answered."""
    start = Barrier(connections)

    def work(mine: Sequence[Act]) -> list[Any]:
        start.wait(PATIENCE)
        return [act() for act in mine]

    with ThreadPoolExecutor(connections) as threads:
        dealt = threads.map(work, [acts[place::connections] for place in range(connections)])
        return [answer for answers in dealt for answer in answers]


def balances(*wallets: UUID) -> list[Decimal]:
    with transaction("fn_system", system()) as db:
        found = dict(db.execute(select(Wallet.id, Wallet.balance)).all())
    return [found[wallet] for wallet in wallets]


def test_two_hundred_transfers_in_a_ring_from_sixteen_connections_all_arrive() -> None:
    ring = owners(10)
    acts = [sends(ring[place % 10], ring[(place + 1) % 10], 1 + place // 50) for place in range(200)]
    assert Counter(at_once(acts)) == {"done": 200}
    assert balances(*(wallet for _, wallet in ring)) == [100] * 10


def test_batches_and_single_transfers_that_cross_all_arrive() -> None:
    ring = owners(10)
    wallets = [wallet for _, wallet in ring]

    def batch(number: int) -> int:
        onward = [make.sent(wallets[place], wallets[(place + number) % 10], 1) for place in range(10)]
        with transaction("fn_system", system()) as db:
            return ledger.post_all(db, onward)

    batches: list[Act] = [partial(batch, 1 + number % 9) for number in range(36)]
    singles = [sends(ring[place % 10], ring[(place - 1) % 10], 1) for place in range(60)]
    answers = at_once(
        [act for trio in zip(batches, singles[:36], strict=True) for act in trio] + singles[36:]
    )
    assert Counter(answers) == {10: 36, "done": 60}
    assert sum(balances(*wallets)) == 1000


def test_of_fifty_on_one_wallet_exactly_those_it_can_pay_succeed() -> None:
    rich, poor = owners(2)
    acts = [sends(rich, poor, 7) for _ in range(50)]
    assert Counter(at_once(acts, connections=50)) == {"done": 14, "insufficient_funds": 36}
    assert balances(rich[1], poor[1]) == [2, 198]


def test_those_who_send_to_one_who_has_no_wallet_yet_open_it_once() -> None:
    givers = owners(8)
    with transaction("fn_system", system()) as db:
        taker = make.person(db)
    acts = [sends(giver, (taker, new_id()), 10) for giver in givers]
    assert Counter(at_once(acts, connections=8)) == {"done": 8}
    assert balances(ledger.wallet_id(taker, "USD")) == [80]


def test_one_quote_is_exchanged_once() -> None:
    ((person, wallet),) = owners(1)
    quote = new_id()
    assert asked(person, "quote", quote, wallet, "JPY", Decimal("33.33")) == "done"
    acts = [partial(asked, person, "exchange", quote)] * 8
    assert Counter(at_once(acts, connections=8)) == {"done": 1, "used": 7}
    assert balances(wallet, ledger.wallet_id(person, "JPY")) == [Decimal("66.67"), 4950]


def test_what_is_set_aside_and_sent_and_paid_out_at_once_is_there_once() -> None:
    (person, wallet), other = owners(2)
    acts: list[Act] = []
    for _ in range(8):
        acts.append(partial(asked, person, "hold", new_id(), wallet, Decimal(60), None, None))
        acts.append(sends((person, wallet), other, 60))
        acts.append(partial(asked, person, "request_payout", new_id(), wallet, Decimal(60), "sealed"))
    assert Counter(at_once(acts, connections=24)) == {"done": 1, "insufficient_funds": 23}


def test_limits_count_those_who_come_at_once_one_after_another() -> None:
    rich, other = owners(2, balance=100_000)
    acts = [sends(rich, other, 1000) for _ in range(8)]
    assert Counter(at_once(acts, connections=8)) == {"done": 5, "over_daily_limit": 3}


def test_one_key_from_twenty_connections_is_one_posting() -> None:
    ((_, wallet),) = owners(1)

    def post() -> bool:
        with transaction("fn_system", system()) as db:
            return ledger.post(db, make.deposited(wallet, 5, key="payment:1"))

    assert Counter(at_once([post] * 20, connections=20)) == {True: 1, False: 19}
    assert balances(wallet) == [105]
    with transaction("fn_system", system()) as db:
        assert _count(db, Entry) == 4
        assert _count(db, Movement) == 2


def test_one_hold_is_released_once_and_all_of_it_is_free_again() -> None:
    (person, wallet), other = owners(2)
    hold = new_id()
    assert asked(person, "hold", hold, wallet, Decimal(60), None, None) == "done"
    acts = [partial(asked, person, "release", hold)] * 8
    assert Counter(at_once(acts, connections=8)) == {True: 1, False: 7}
    assert at_once([sends((person, wallet), other, 100)], connections=1) == ["done"]


def _count(db: Session, table: type[Any]) -> int:
    return db.scalar(select(func.count()).select_from(table)) or 0
