"""What must hold of money, each broken once: where it stands in the code, and what would be wrong there."""

from typing import NamedTuple

POSTING = "infra/migrations/sql/posting_0009.py"
MOVING = "infra/migrations/sql/moving_0006.py"
BOOK = "infra/migrations/versions/0005_ledger.py"
CHECKS = "infra/migrations/versions/0009_posting.py"
WALLETS = "infra/migrations/versions/0006_wallets.py"
OPERATIONS = "functions/financial/operations"


class Mutant(NamedTuple):
    invariant: str
    file: str
    sound: str
    broken: str
    watched_by: str = "test_ledger"  # asked first


MONEY = (
    Mutant("a transfer balances", CHECKS, "else -e.amount end) <> 0", "else -e.amount end) > 1e12"),
    Mutant(
        "a transfer balances in each currency",
        CHECKS,
        "group by e.transfer_id, e.currency",
        "group by e.transfer_id",
    ),
    Mutant("an entry is in its account's currency", POSTING, "|| account.currency", "|| 'USD'::text"),
    Mutant("the book is append-only", BOOK, "before update or delete or truncate", "before truncate"),
    Mutant(
        "a key is one transfer's", POSTING, "t.idempotency_key = key and t.request_sha256 <> print", "false"
    ),
    Mutant(
        "a credit adds to a liability",
        POSTING,
        "when 'debit' then 1 else -1 end",
        "when '' then 1 else 1 end",
    ),
    Mutant(
        "a wallet shows what the book says",
        POSTING,
        "set balance = account.balance, updated_at",
        "set updated_at",
        "test_ledger",
    ),
    Mutant(
        "a house account may, a wallet may not be below zero",
        BOOK,
        "check (allow_negative or balance >= 0)",
        "check (true)",
        "test_ledger",
    ),
    Mutant(
        "one moves only one's own",
        MOVING,
        "w.id = from_wallet and w.user_id = me;",
        "w.id = from_wallet;",
        "test_rights",
    ),
    Mutant(
        "what is set aside is not spent",
        MOVING,
        "giver.balance - giver.held < amount",
        "giver.balance < amount",
        "test_holds_api",
    ),
    Mutant(
        "what is held is looked at under the lock",
        MOVING,
        "select * into giver from financial.wallets w where w.id = giver.id;",
        "",
        "test_races",
    ),
    Mutant(
        "accounts are locked in their order",
        WALLETS,
        "order by a.id for no key update",
        "order by random() for no key update",
        "test_races",
    ),
    Mutant(
        "a frozen wallet rests",
        MOVING,
        "if giver.status <> 'active' or exists",
        "if false and exists",
        "test_wallets_api",
    ),
    Mutant(
        "a hold ends once",
        MOVING,
        "where o.id = hold_id and o.status = 'held'",
        "where o.id = hold_id",
        "test_holds_api",
    ),
    Mutant(
        "one releases only one's own hold",
        MOVING,
        "h.user_id = financial.me() and h.reason = 'own'",
        "h.reason = 'own'",
        "test_rights",
    ),
    Mutant(
        "a dispute's hold is not its owner's to release",
        MOVING,
        "h.user_id = financial.me() and h.reason = 'own'",
        "h.user_id = financial.me()",
        "test_disputes",
    ),
    Mutant(
        "a quote is used once",
        MOVING,
        "elsif q.exchanged_at is not null then",
        "elsif false then",
        "test_exchange_api",
    ),
    Mutant("a quote ends", MOVING, "elsif q.expires_at <= at then", "elsif false then", "test_exchange_api"),
    Mutant(
        "a quote is its owner's",
        MOVING,
        "where o.id = quote_id and o.user_id = financial.me()",
        "where o.id = quote_id",
        "test_rights",
    ),
    Mutant("half goes to even", WALLETS, "% 1) = 0.5", "% 1) = 2", "test_rounding"),
    Mutant(
        "what rounding leaves is booked",
        MOVING,
        "amounts := amounts || -rest;",
        "amounts := amounts || 0::numeric;",
        "test_exchange_api",
    ),
    Mutant(
        "an amount has its currency's decimals",
        WALLETS,
        "and amount = round(amount, (select",
        "and amount >= round(amount, (select",
        "test_rights",
    ),
    Mutant(
        "a limit is a limit",
        WALLETS,
        "when value > l.single_tx_limit",
        "when value > l.single_tx_limit * 2",
        "test_limits",
    ),
    Mutant(
        "a day is one of the owner's zone",
        WALLETS,
        "date_trunc('day', at at time zone zone) at time zone zone",
        "date_trunc('day', at)",
        "test_limits",
    ),
    Mutant(
        "a month counts whole",
        WALLETS,
        "date_trunc('month', at at time zone zone)",
        "date_trunc('day', at at time zone zone)",
        "test_limits",
    ),
    Mutant(
        "an older look overwrites none",
        f"{OPERATIONS}/charges.py",
        "if fetch <= payment.fetched or payment.status",
        "if payment.status",
        "test_webhooks",
    ),
    Mutant(
        "a payment is booked once",
        f"{OPERATIONS}/charges.py",
        'if fetch <= payment.fetched or payment.status == "succeeded":\n',
        "if fetch <= payment.fetched:\n",
        "test_webhooks",
    ),
    Mutant(
        "a dispute takes no more than is free",
        f"{OPERATIONS}/disputes.py",
        "amount=min(free, amount)",
        "amount=amount",
        "test_disputes",
    ),
    Mutant(
        "the house bears what a dispute does not find",
        f"{OPERATIONS}/disputes.py",
        "debit(loss, amount - paid)",
        "debit(loss, amount)",
        "test_disputes",
    ),
    Mutant(
        "a hold of one's own shelters nothing from a dispute",
        f"{OPERATIONS}/disputes.py",
        "min(amount, held + free)",
        "min(amount, held)",
        "test_disputes",
    ),
    Mutant(
        "two persons reverse",
        f"{OPERATIONS}/reversals.py",
        "if reversal.asked_by == actor:",
        "if False:",
        "test_reversals",
    ),
    Mutant(
        "a reversal is decided once",
        f"{OPERATIONS}/reversals.py",
        'if reversal.status != "asked":',
        "if False:",
        "test_reversals",
    ),
    Mutant(
        "a webhook is as old as it says",
        f"{OPERATIONS}/webhooks.py",
        "> TOLERANCE:",
        "> 10 * TOLERANCE:",
        "test_webhooks",
    ),
    Mutant(
        "news that came twice is kept once",
        f"{OPERATIONS}/news.py",
        '.on_conflict_do_nothing(index_elements=["id"])',
        "",
        "test_webhooks",
    ),
    Mutant(
        "a refund asks before it repeats",
        f"{OPERATIONS}/refunds.py",
        "if made.refund_id == begun.refund_id:",
        "if False:",
        "test_refunds",
    ),
)
