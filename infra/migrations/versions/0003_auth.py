"""Accounts, what proves that somebody is their owner, and the look-ups that settle who asks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, INET, JSONB

from infra.migrations.rights import definer, grant, own, schema

revision = "0003_auth"
down_revision = "0002_audit"

Time = sa.DateTime(timezone=True)

# Asked at every request with a key: plpgsql keeps its plan, which SQL functions do from PostgreSQL 18 on.
IDENTIFY = """
    begin
        return query select k.id, k.user_id, u.role, k.scopes
            from auth.api_keys k join auth.users u on u.id = k.user_id
            where k.key_hash = identify.key_hash and u.status = 'active'
                and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());
    end
"""
OWNER_OF_EMAIL = """
    select u.id from auth.users u where lower(u.email) = lower(owner_of_email.email) and u.status <> 'deleted'
"""
OWNER_OF_SESSION = """
    select s.user_id from auth.sessions s where s.id = owner_of_session.session_id
"""
OWNER_OF_TOKEN = """
    select v.user_id from auth.email_verifications v where v.token_hash = owner_of_token.token_hash
    union all
    select r.user_id from auth.password_resets r where r.token_hash = owner_of_token.token_hash
"""
# The one way to an active account: its proof is the secret that was mailed to the address.
ACTIVATE = """
    declare
        me constant uuid := nullif(current_setting('app.user_id', true), '')::uuid;
    begin
        update auth.email_verifications v set used_at = activate.at
            where v.token_hash = activate.token_hash and v.user_id = me
                and v.used_at is null and v.expires_at > activate.at;
        if not found then
            return false;
        end if;
        update auth.users u set status = 'active', email_verified_at = activate.at, updated_at = activate.at
            where u.id = me and u.status = 'pending';
        return found;
    end
"""


def upgrade() -> None:
    schema("auth", found_by="fn_http fn_auth fn_system")
    _users()
    _user_keys()
    _sessions()
    _mailed_tokens()
    _login_attempts()
    _auth_logs()
    _api_keys()
    _look_ups()


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("role", sa.Text(), server_default="user", nullable=False),
        sa.Column("mfa_enabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("mfa_secret_enc", sa.Text()),
        sa.Column("mfa_last_step", sa.Integer()),
        sa.Column("email_verified_at", Time),
        sa.Column("last_login_at", Time),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.CheckConstraint(
            "email is not null or status in ('pending','deleted')", name=op.f("users_email_check")
        ),
        sa.CheckConstraint(
            "role in ('user','instructor','support','compliance','admin')", name=op.f("users_role_check")
        ),
        sa.CheckConstraint(
            "status in ('pending','active','suspended','deleted')", name=op.f("users_status_check")
        ),
        sa.PrimaryKeyConstraint("id", name="users_pkey"),
        schema="auth",
    )
    for column in ("email", "username"):
        name, key = f"users_lower_{column}_key", sa.text(f"lower({column})")
        op.create_index(name, "users", [key], unique=True, schema="auth")
    for name, column, status in (
        ("users_active_email_idx", "lower(email)", "active"),
        ("users_lapsing_idx", "updated_at", "pending"),
    ):
        those = sa.text(f"status = '{status}'")
        op.create_index(name, "users", [sa.text(column)], schema="auth", postgresql_where=those)
    own("auth.users", "id")
    grant(
        "auth.users",
        select="*",
        insert="id email username password_hash created_at updated_at",
        update="username password_hash last_login_at updated_at",
    )


def _user_keys() -> None:
    op.create_table(
        "user_keys",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary()),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("destroyed_at", Time),
        sa.ForeignKeyConstraint(["user_id"], ["auth.users.id"], name="user_keys_user_id_fkey"),
        sa.PrimaryKeyConstraint("user_id", name="user_keys_pkey"),
        schema="auth",
    )
    own("auth.user_keys")
    grant("auth.user_keys", select="*", insert="user_id key_id wrapped created_at")


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary()),
        sa.Column("rotated_at", Time),
        sa.Column("ip_address", INET()),
        sa.Column("user_agent", sa.Text()),
        sa.Column("device_info", JSONB()),
        sa.Column("expires_at", Time, nullable=False),
        sa.Column("revoked_at", Time),
        sa.Column("last_used_at", Time, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["auth.users.id"], name="sessions_user_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="sessions_pkey"),
        sa.UniqueConstraint("token_hash", name="sessions_token_hash_key"),
        schema="auth",
    )
    op.create_index("sessions_user_id_created_at_idx", "sessions", ["user_id", "created_at"], schema="auth")
    op.create_index("sessions_expires_at_idx", "sessions", ["expires_at"], schema="auth")
    own("auth.sessions")
    grant(
        "auth.sessions",
        select="*",
        insert="id user_id token_hash ip_address user_agent device_info expires_at last_used_at"
        " created_at updated_at",
        update="token_hash previous_hash rotated_at ip_address user_agent expires_at revoked_at"
        " last_used_at updated_at",
    )


def _mailed_tokens() -> None:
    for table, time in (("email_verifications", "sent_at"), ("password_resets", None)):
        op.create_table(
            table,
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.Column("user_id", sa.Uuid(), nullable=False),
            sa.Column("token_hash", sa.LargeBinary(), nullable=False),
            *([sa.Column(time, Time)] if time else []),
            sa.Column("expires_at", Time, nullable=False),
            sa.Column("used_at", Time),
            sa.Column("created_at", Time, nullable=False),
            sa.ForeignKeyConstraint(["user_id"], ["auth.users.id"], name=f"{table}_user_id_fkey"),
            sa.PrimaryKeyConstraint("id", name=f"{table}_pkey"),
            sa.UniqueConstraint("token_hash", name=f"{table}_token_hash_key"),
            schema="auth",
        )
        op.create_index(f"{table}_user_id_idx", table, ["user_id"], schema="auth")
        own(f"auth.{table}")
    made = "id user_id token_hash expires_at created_at"
    grant("auth.email_verifications", select="*", insert=made, update="sent_at", delete=True)
    grant("auth.password_resets", select="*", insert=made, update="used_at")


def _login_attempts() -> None:
    op.create_table(
        "login_attempts",
        sa.Column("subject_hash", sa.LargeBinary(), nullable=False),
        sa.Column("address_prefix", sa.Text(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("window_started_at", Time, nullable=False),
        sa.Column("locked_until", Time),
        sa.PrimaryKeyConstraint("subject_hash", "address_prefix", name="login_attempts_pkey"),
        schema="auth",
    )
    grant(
        "auth.login_attempts",
        select="*",
        insert="subject_hash address_prefix failed window_started_at locked_until",
        update="failed window_started_at locked_until",
        delete=True,
    )


def _auth_logs() -> None:
    op.create_table(
        "auth_logs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("ip_address", INET()),
        sa.Column("user_agent", sa.Text()),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("created_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="auth_logs_pkey"),
        schema="auth",
    )
    op.create_index("auth_logs_user_id_created_at_idx", "auth_logs", ["user_id", "created_at"], schema="auth")
    own("auth.auth_logs")
    grant(
        "auth.auth_logs",
        select="*",
        insert="id user_id event ip_address user_agent success reason created_at",
    )


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_prefix", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", ARRAY(sa.Text()), nullable=False),
        sa.Column("last_used_at", Time),
        sa.Column("expires_at", Time),
        sa.Column("revoked_at", Time),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.CheckConstraint(
            "scopes <@ array['read','trade','transfer','admin']", name=op.f("api_keys_scopes_check")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["auth.users.id"], name="api_keys_user_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="api_keys_pkey"),
        sa.UniqueConstraint("key_hash", name="api_keys_key_hash_key"),
        schema="auth",
    )
    op.create_index("api_keys_user_id_created_at_idx", "api_keys", ["user_id", "created_at"], schema="auth")
    own("auth.api_keys")
    grant(
        "auth.api_keys",
        select="*",
        insert="id user_id name key_prefix key_hash scopes expires_at created_at updated_at",
        update="name revoked_at updated_at",
    )


def _look_ups() -> None:
    """Who is meant, before there is an identity: nothing but an id comes out of them."""
    definer(
        "auth.identify(key_hash bytea)",
        returns="table(id uuid, user_id uuid, role text, scopes text[])",
        language="plpgsql stable",
        body=IDENTIFY,
        executable_by="fn_http fn_auth fn_system",
    )
    for signature, body in (
        ("auth.owner_of_email(email text)", OWNER_OF_EMAIL),
        ("auth.owner_of_session(session_id uuid)", OWNER_OF_SESSION),
        ("auth.owner_of_token(token_hash bytea)", OWNER_OF_TOKEN),
    ):
        definer(signature, returns="uuid", language="sql stable", body=body, executable_by="fn_auth")
    definer(
        "auth.activate(token_hash bytea, at timestamptz)",
        returns="boolean",
        language="plpgsql",
        body=ACTIVATE,
        executable_by="app_user",
    )


def downgrade() -> None:
    op.execute("drop function auth.activate, auth.owner_of_token, auth.owner_of_session, auth.owner_of_email")
    op.execute("drop function auth.identify")
    for table in ("api_keys", "auth_logs", "login_attempts", "password_resets", "email_verifications"):
        op.drop_table(table, schema="auth")
    for table in ("sessions", "user_keys", "users"):
        op.drop_table(table, schema="auth")
    op.execute("drop schema auth")
