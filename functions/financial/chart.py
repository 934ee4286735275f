"""The chart of accounts: what each kind of account is, and with that the side it grows on."""

from collections.abc import Mapping

from functions.financial.export import Class

CLASSES: Mapping[str, Class] = {
    "cash": "Assets",
    "disputed": "Assets",
    "wallet": "Liabilities",
    "clearing": "Liabilities",
    "payouts_pending": "Liabilities",
    "product_pool": "Liabilities",
    "product_fee_payable": "Liabilities",
    "fx": "Equity",
    "fee_revenue": "Income",
    "rounding": "Income",
    "trading_result": "Income",
    "product_rounding": "Income",
    "loss": "Expenses",
    "promotion": "Expenses",
}
DEBIT = [kind for kind, its_class in CLASSES.items() if its_class in ("Assets", "Expenses")]
# One account of each, in each currency, is sixteen rows.
SHARDED = [kind for kind in CLASSES if kind != "wallet" and not kind.startswith("product_")]
# One shard of these may be, but not all of them together.
NEVER_NEGATIVE = ["cash", "clearing", "payouts_pending", "disputed"]
