"""What settles who asks: each look-up answers one id, and only about those who can still prove something."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from tests.migrations.conftest import Login

NOW = datetime.now(UTC)
ANA, BEN = UUID(int=1), UUID(int=2)
Rows = Callable[..., None]


@pytest.fixture
def owner(login: Login) -> Connection:
    return login("app_owner")


@pytest.fixture
def user(owner: Connection) -> Rows:
    def make(user_id: UUID, email: str | None, status: str = "active") -> None:
        row = {"id": user_id, "email": email, "name": f"user-{user_id.int}", "status": status, "now": NOW}
        insert = """
            insert into auth.users (id, email, username, status, created_at, updated_at)
            values (:id, :email, :name, :status, :now, :now)
        """
        owner.execute(text(insert), row)
        owner.commit()

    return make


@pytest.fixture
def mailed(owner: Connection) -> Rows:
    def make(
        user_id: UUID, token_hash: bytes, expires_at: datetime, table: str = "email_verifications"
    ) -> None:
        insert = f"""
            insert into auth.{table} (id, user_id, token_hash, expires_at, created_at)
            values (gen_random_uuid(), :user, :hash, :expires, :now)
        """
        row = {"user": user_id, "hash": token_hash, "expires": expires_at, "now": NOW}
        owner.execute(text(insert), row)
        owner.commit()

    return make


@pytest.fixture
def key(owner: Connection) -> Rows:
    def make(user_id: UUID, key_hash: bytes, **times: datetime) -> None:
        row = {"user": user_id, "hash": key_hash, "now": NOW, "expires": None, "revoked": None}
        insert = """
            insert into auth.api_keys (id, user_id, name, key_prefix, key_hash, scopes, expires_at,
                revoked_at, created_at, updated_at)
            values (:user, :user, 'k', 'k', :hash, '{read,trade}', :expires, :revoked, :now, :now)
        """
        owner.execute(text(insert), row | times)
        owner.commit()

    return make


def identified(db: Connection, key_hash: bytes) -> list[tuple[object, ...]]:
    found = db.execute(text("select * from auth.identify(:hash)"), {"hash": key_hash})
    return [tuple(row) for row in found]


def test_a_key_names_its_owner_role_and_scopes(login: Login, user: Rows, key: Rows) -> None:
    user(ANA, "ana@example.test")
    key(ANA, b"ana's", expires=NOW + timedelta(days=1))
    for role in ("fn_http", "fn_auth", "fn_system"):
        assert identified(login(role), b"ana's") == [(ANA, ANA, "user", ["read", "trade"])]
        assert identified(login(role), b"nobody's") == []


@pytest.mark.parametrize("times", [{"expires": NOW}, {"revoked": NOW}], ids=["expired", "revoked"])
def test_a_key_that_is_over_names_nobody(
    login: Login, user: Rows, key: Rows, times: dict[str, datetime]
) -> None:
    user(ANA, "ana@example.test")
    key(ANA, b"ana's", **times)
    assert identified(login("fn_http"), b"ana's") == []


@pytest.mark.parametrize("status", ["pending", "suspended", "deleted"])
def test_a_key_of_an_account_that_is_not_active_names_nobody(
    login: Login, user: Rows, key: Rows, status: str
) -> None:
    user(ANA, "ana@example.test", status)
    key(ANA, b"ana's")
    assert identified(login("fn_http"), b"ana's") == []


@pytest.mark.parametrize("status", ["pending", "active", "suspended"])
def test_an_email_names_its_owner_however_it_is_written(login: Login, user: Rows, status: str) -> None:
    user(ANA, "Ana@Example.test", status)
    ask = text("select auth.owner_of_email(:email)")
    db = login("fn_auth")
    assert db.scalar(ask, {"email": "aNA@example.TEST"}) == ANA
    assert db.scalar(ask, {"email": "ana@example.tes_"}) is None


def test_the_email_of_a_tombstone_names_nobody(login: Login, user: Rows) -> None:
    user(ANA, "ana@example.test", "deleted")
    assert login("fn_auth").scalar(text("select auth.owner_of_email('ana@example.test')")) is None


def test_a_session_and_a_mailed_token_name_their_owner(
    login: Login, owner: Connection, user: Rows, mailed: Rows
) -> None:
    user(ANA, "ana@example.test")
    user(BEN, "ben@example.test")
    session = """
        insert into auth.sessions (id, user_id, token_hash, expires_at, last_used_at, created_at, updated_at)
        values (:id, :user, 'x', :now, :now, :now, :now)
    """
    owner.execute(text(session), {"id": UUID(int=9), "user": BEN, "now": NOW})
    owner.commit()
    mailed(ANA, b"verify", NOW)
    mailed(BEN, b"reset", NOW, "password_resets")
    db = login("fn_auth")
    assert db.scalar(text("select auth.owner_of_session(:id)"), {"id": UUID(int=9)}) == BEN
    assert db.scalar(text("select auth.owner_of_session(:id)"), {"id": UUID(int=8)}) is None
    ask = text("select auth.owner_of_token(:hash)")
    assert [db.scalar(ask, {"hash": token}) for token in (b"verify", b"reset", b"x")] == [ANA, BEN, None]


def activated(db: Connection, user_id: UUID | None, token_hash: bytes, at: datetime = NOW) -> bool:
    become = text("select set_config('app.user_id', :user, true), set_config('role', 'app_user', true)")
    db.execute(become, {"user": str(user_id or "")})
    done = db.scalar(text("select auth.activate(:hash, :at)"), {"hash": token_hash, "at": at})
    db.commit()
    return bool(done)


def state(owner: Connection) -> list[tuple[object, ...]]:
    owner.rollback()
    found = owner.execute(
        text("""
        select u.status, u.email_verified_at, v.used_at
        from auth.users u join auth.email_verifications v on v.user_id = u.id order by u.id, v.token_hash
    """)
    )
    return [tuple(row) for row in found]


def test_a_mailed_secret_opens_its_account_once(
    login: Login, owner: Connection, user: Rows, mailed: Rows
) -> None:
    user(ANA, "ana@example.test", "pending")
    mailed(ANA, b"secret", NOW + timedelta(seconds=1))
    db = login("fn_auth")
    assert activated(db, ANA, b"secret") is True
    assert state(owner) == [("active", NOW, NOW)]
    assert activated(db, ANA, b"secret") is False


def test_a_secret_that_is_unknown_expired_or_another_s_opens_nothing(
    login: Login, owner: Connection, user: Rows, mailed: Rows
) -> None:
    user(ANA, "ana@example.test", "pending")
    user(BEN, "ben@example.test", "pending")
    mailed(ANA, b"secret", NOW + timedelta(seconds=1))
    db = login("fn_auth")
    assert activated(db, BEN, b"secret") is False
    assert activated(db, None, b"secret") is False
    assert activated(db, ANA, b"secrets") is False
    assert activated(db, ANA, b"secret", NOW + timedelta(seconds=1)) is False
    assert state(owner) == [("pending", None, None)]


def test_a_secret_that_was_used_opens_nothing_again(
    login: Login, owner: Connection, user: Rows, mailed: Rows
) -> None:
    user(ANA, "ana@example.test", "pending")
    mailed(ANA, b"secret", NOW + timedelta(seconds=1))
    owner.execute(text("update auth.email_verifications set used_at = :now"), {"now": NOW})
    owner.commit()
    assert activated(login("fn_auth"), ANA, b"secret") is False
    assert state(owner) == [("pending", None, NOW)]


def test_an_old_secret_does_not_bring_a_suspended_account_back(
    login: Login, owner: Connection, user: Rows, mailed: Rows
) -> None:
    user(ANA, "ana@example.test", "suspended")
    mailed(ANA, b"secret", NOW + timedelta(seconds=1))
    assert activated(login("fn_auth"), ANA, b"secret") is False
    assert state(owner)[0][:2] == ("suspended", None)
