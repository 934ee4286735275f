"""What this domain refuses, in the sentence the person reads."""

from shared.errors import Conflict, Forbidden, Invalid, TooMany, Unauthenticated


class UsernameTaken(Conflict):
    code = "username_taken"
    detail = "This username is taken: choose another."


class WrongCredentials(Unauthenticated):
    """One answer for an unknown address, a wrong password and an unconfirmed account."""

    code = "wrong_credentials"
    detail = "The email or the password is wrong, or the address has not been confirmed yet."


class LockedOut(TooMany):
    code = "locked_out"
    detail = "Too many failed attempts. Wait a quarter of an hour, or reset your password."


class BadLink(Invalid):
    code = "bad_link"
    detail = "This link was used already, or has expired: ask for a new one."


class SessionEnded(Unauthenticated):
    code = "session_ended"
    detail = "This session has ended: sign in again."


class TokenReused(Unauthenticated):
    code = "token_reused"
    detail = "This refresh token was used before. The session is closed, to be safe: sign in again."


class AdminNeeded(Forbidden):
    code = "admin_needed"
    detail = "There is an admin already: only an admin makes another (--as EMAIL)."


class AccountClosed(Conflict):
    code = "account_closed"
    detail = "This account is suspended or deleted."
