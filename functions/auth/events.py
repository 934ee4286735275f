"""What happened to an account."""

from uuid import UUID

from shared.events import Event


class UserRegistered(Event):
    user_id: UUID


class EmailVerified(Event):
    user_id: UUID


class SignedIn(Event):
    user_id: UUID
    session_id: UUID


class SignInRefused(Event):
    user_id: UUID | None  # None: there is no such account


class SessionsRevoked(Event):
    user_id: UUID
    session_ids: list[UUID]
    reason: str  # signed_out, revoked, password_reset, token_reused, role_granted


class PasswordResetRequested(Event):
    user_id: UUID


class PasswordReset(Event):
    user_id: UUID


class ApiKeyCreated(Event):
    user_id: UUID
    key_id: UUID
    scopes: list[str]


class ApiKeyRevoked(Event):
    user_id: UUID
    key_id: UUID


class RoleGranted(Event):
    user_id: UUID
    role: str
