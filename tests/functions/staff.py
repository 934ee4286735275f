"""Accounts with a role, as nobody can get one over HTTP."""

from sqlalchemy import create_engine, text

from shared.permissions import Role
from tests.calls import Api
from tests.conftest import Database
from tests.functions.auth import make


def signed_in(api: Api, database: Database, role: Role) -> Api:
    account = make.verified(api, make.Account(f"{role}@example.com", role))
    engine = create_engine(database.url("app_owner"))
    with engine.begin() as connection:
        connection.execute(text("update auth.users set role = :role where username = :role"), {"role": role})
    engine.dispose()
    return api.signed_in(make.tokens(api, account)["access_token"])
