"""The database counts in the same currencies as the code, with as many decimals."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from functions.financial.tables import Currency
from shared.currencies import CURRENCIES


def test_the_database_knows_the_currencies_that_the_code_knows(db: Session) -> None:
    kept = {(row.code, row.decimals) for row in db.execute(select(Currency.code, Currency.decimals))}
    assert kept == {(currency.code, currency.decimals) for currency in CURRENCIES.values()}
