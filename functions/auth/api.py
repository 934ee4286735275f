"""Accounts over HTTP: opening one, signing in, staying signed in, and proving it by other means."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, IPvAnyAddress

from functions.auth import passwords, queries
from functions.auth.addresses import Email
from functions.auth.operations import api_keys, login, registration, resets, sessions
from functions.auth.rules import PASSWORD_LENGTH, USERNAME
from functions.auth.tables import ApiKey, Session, User
from functions.auth.tokens import RefreshToken, Tokens
from shared.crypto import token_hash
from shared.db import identity
from shared.http import Body, CurrentUser, Db, From, Router, Transactions, http, public, requires
from shared.limits import AUTH
from shared.pagination import Cursor, Limit, Page, PageOut
from shared.permissions import Scope

router = Router(prefix="/v1/auth", tags=["auth"])

Username = Annotated[str, Field(pattern=USERNAME, description="Letters, digits and _.", examples=["ada"])]
Password = Annotated[
    str,
    Field(
        min_length=PASSWORD_LENGTH[0], max_length=PASSWORD_LENGTH[1], examples=["a long phrase, not a word"]
    ),
]
MailedToken = Annotated[
    str,
    Field(
        min_length=20,
        max_length=100,
        description="From the mailed link.",
        examples=["hvS9Y0pJ6xqmCu7gTXFQ3iWlDdz1BrKe2aNoEw8ZkPs"],
    ),
]
RefreshTokenText = Annotated[
    str,
    Field(
        max_length=200,
        examples=["01a20fcf-1566-7695-8aa3-9d6b8c043a2f.hvS9Y0pJ6xqmCu7gTXFQ3iWlDdz1BrKe2aNoEw8ZkPs"],
    ),
]


class RegisterIn(Body):
    email: Email
    username: Username
    password: Password


class EmailIn(Body):
    email: Email


class TokenIn(Body):
    token: MailedToken


class NewPasswordIn(TokenIn):
    password: Password


class LoginIn(Body):
    email: Email
    password: Annotated[str, Field(max_length=1_000, examples=["a long phrase, not a word"])]


class RefreshIn(Body):
    refresh_token: RefreshTokenText


class KeyIn(Body):
    name: Annotated[str, Field(min_length=1, max_length=100, examples=["my bot"])]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=4, examples=[["read"]])]
    expires_at: AwareDatetime | None = None


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class AcceptedOut(Out):
    """The same whoever has the address: what happens next is in the mailbox."""

    status: Literal["check_your_mail"] = "check_your_mail"


class TokensOut(Out):
    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"]
    expires_in: Annotated[int, Field(description="Seconds until the access token ends.")]


class MeOut(Out):
    id: UUID
    email: str
    username: str
    role: str
    email_verified_at: datetime | None
    created_at: datetime


class SessionOut(Out):
    id: UUID
    ip_address: IPvAnyAddress | None
    user_agent: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


class KeyOut(Out):
    id: UUID
    name: str
    key: Annotated[str, Field(validation_alias="key_prefix")]
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


class NewKeyOut(KeyOut):
    secret: Annotated[
        str, Field(description="Shown once. Send `Bearer key.secret`, or the APCA header pair.")
    ]


@router.post("/register", status_code=202, response_model=AcceptedOut, dependencies=[public(rate=AUTH)])
def register(body: RegisterIn, steps: Transactions, device: From) -> AcceptedOut:
    passwords.refuse_weak(body.password, email=body.email)
    held = steps.acting_as(identity.owner_of_email(body.email))(registration.standing)
    application = registration.application(
        email=body.email, username=body.username, password=body.password, held=held
    )
    applicant = steps.acting_as(identity.user(application.row_id))
    applicant.last(registration.register, application=application, device=device)
    return AcceptedOut()


@router.post("/verify-email", status_code=204, dependencies=[public(rate=AUTH)])
def verify_email(body: TokenIn, steps: Transactions, device: From) -> None:
    owner = steps.acting_as(identity.owner_of_token(token_hash(body.token)))
    owner.last(registration.verify_email, token=body.token, device=device)


@router.post("/login", response_model=TokensOut, dependencies=[public(rate=AUTH)])
def log_in(body: LoginIn, steps: Transactions, device: From) -> Tokens:
    owner = steps.acting_as(identity.owner_of_email(body.email))
    attempt = owner(login.count_attempt, email=body.email, device=device)
    proof = passwords.proof(body.password, attempt.password_hash)
    return owner.last(login.open_session, attempt=attempt, proof=proof, device=device)


@router.post("/refresh", response_model=TokensOut, dependencies=[public(rate=AUTH)])
def refresh(body: RefreshIn, steps: Transactions, device: From) -> Tokens:
    token = RefreshToken.parse(body.refresh_token)
    owner = steps.acting_as(identity.owner_of_session(token.session_id))
    return owner.last(sessions.refresh, token=token, device=device)


@router.post("/logout", status_code=204, dependencies=[requires("sessions:manage")])
def log_out(user: CurrentUser, db: Db, device: From) -> None:
    sessions.log_out(db, user_id=user.id, session_id=user.session_id, device=device)


@router.post(
    "/forgot-password", status_code=202, response_model=AcceptedOut, dependencies=[public(rate=AUTH)]
)
def forgot_password(body: EmailIn, steps: Transactions, device: From) -> AcceptedOut:
    steps.acting_as(identity.owner_of_email(body.email)).last(resets.request_reset, device=device)
    return AcceptedOut()


@router.post("/reset-password", status_code=204, dependencies=[public(rate=AUTH)])
def reset_password(body: NewPasswordIn, steps: Transactions, device: From) -> None:
    owner = steps.acting_as(identity.owner_of_token(token_hash(body.token)))
    link = owner(resets.link, token=body.token)
    passwords.refuse_weak(body.password, email=link.email)
    password_hash = passwords.hashed(body.password)
    owner.last(resets.reset_password, token=body.token, password_hash=password_hash, device=device)


@router.get("/me", response_model=MeOut, dependencies=[requires("account:read")])
def me(user: CurrentUser, db: Db) -> User:
    return queries.me(db, user_id=user.id)


@router.get("/sessions", response_model=PageOut[SessionOut], dependencies=[requires("sessions:manage")])
def list_sessions(user: CurrentUser, db: Db, limit: Limit = 20, cursor: Cursor = None) -> Page[Session]:
    return queries.live_sessions(db, user_id=user.id, limit=limit, cursor=cursor)


@router.delete("/sessions", status_code=204, dependencies=[requires("sessions:revoke")])
def revoke_other_sessions(user: CurrentUser, db: Db, device: From) -> None:
    sessions.revoke_others(db, user_id=user.id, keep=user.session_id, device=device)


@router.delete("/sessions/{session_id}", status_code=204, dependencies=[requires("sessions:revoke")])
def revoke_session(session_id: UUID, user: CurrentUser, db: Db, device: From) -> None:
    sessions.revoke_one(db, user_id=user.id, session_id=session_id, device=device)


@router.post(
    "/api-keys", status_code=201, response_model=NewKeyOut, dependencies=[requires("credentials:manage")]
)
def create_key(body: KeyIn, user: CurrentUser, db: Db, device: From) -> api_keys.NewKey:
    return api_keys.create_key(
        db, caller=user, name=body.name, scopes=body.scopes, expires_at=body.expires_at, device=device
    )


@router.get("/api-keys", response_model=PageOut[KeyOut], dependencies=[requires("credentials:manage")])
def list_keys(user: CurrentUser, db: Db, limit: Limit = 20, cursor: Cursor = None) -> Page[ApiKey]:
    return queries.live_keys(db, user_id=user.id, limit=limit, cursor=cursor)


@router.delete("/api-keys/{key_id}", status_code=204, dependencies=[requires("credentials:manage")])
def revoke_key(key_id: UUID, user: CurrentUser, db: Db, device: From) -> None:
    api_keys.revoke_key(db, user_id=user.id, key_id=key_id, device=device)


handler = http(router, login="fn_auth", memory=1769)  # MB: one whole processor, for Argon2
