"""Letters about an account: what they say, and the links in them."""

from dataclasses import dataclass

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session as Db

from functions.auth.derived import mailed_token
from functions.auth.jobs import Letter, SendAccountMail
from functions.auth.tables import EmailVerification, PasswordReset, User
from shared import mail
from shared.db import work
from shared.settings import settings
from shared.words import Language

Words = tuple[str, str]  # subject and text
TEXTS: dict[Language, dict[Letter, Words]] = {
    "en": {
        "verify_email": (
            "Confirm your address",
            "Welcome to Astrolabe, {username}.\n\nConfirm your address within a day:\n{link}\n\n"
            "If you did not register, do nothing: without this the account lapses.\n",
        ),
        "already_registered": (
            "You have an account already",
            "Somebody, perhaps you, tried to register this address. You have an account, {username}.\n\n"
            "Forgot the password? Ask for a new one:\n{link}\n",
        ),
        "reset_password": (
            "Choose a new password",
            "Choose a new password within half an hour, {username}:\n{link}\n\n"
            "It signs out every device. If you did not ask for it, do nothing.\n",
        ),
        "set_password": (
            "Your account at Astrolabe",
            "An account was opened for you, {username}. Choose its password within half an hour:\n{link}\n",
        ),
    },
    "es": {
        "verify_email": (
            "Confirma tu correo",
            "Te damos la bienvenida a Astrolabe, {username}.\n\nConfirma tu correo en un día:\n{link}\n\n"
            "Si no te registraste, no hagas nada: sin esto la cuenta caduca.\n",
        ),
        "already_registered": (
            "Ya tienes una cuenta",
            "Alguien, quizá tú, intentó registrar este correo. Ya tienes una cuenta, {username}.\n\n"
            "¿Olvidaste la contraseña? Pide una nueva:\n{link}\n",
        ),
        "reset_password": (
            "Elige una contraseña nueva",
            "Elige una contraseña nueva en media hora, {username}:\n{link}\n\n"
            "Cierra la sesión en todos los dispositivos. Si no la pediste, no hagas nada.\n",
        ),
        "set_password": (
            "Tu cuenta en Astrolabe",
            "Se abrió una cuenta para ti, {username}. Elige su contraseña en media hora:\n{link}\n",
        ),
    },
}
PAGES: dict[Letter, str] = {
    "verify_email": "/account/verify-email",
    "already_registered": "/account/forgot-password",
    "reset_password": "/account/reset-password",
    "set_password": "/account/reset-password",
}


@dataclass(frozen=True)
class Draft:
    job: SendAccountMail
    email: str
    username: str


def load(job: SendAccountMail, db: Db) -> Draft | None:
    """Nobody to write to, or a link that was replaced meanwhile: no letter."""
    user = db.execute(select(User.email, User.username)).one_or_none()
    if user is None or user.email is None or not _still_waits(db, job):
        return None
    return Draft(job, user.email, user.username)


def _still_waits(db: Db, job: SendAccountMail) -> bool:
    if job.link_id is None:
        return True
    table = EmailVerification if job.letter == "verify_email" else PasswordReset
    waits = exists().where(table.id == job.link_id, table.used_at.is_(None), table.expires_at > work(db).now)
    return bool(db.scalar(select(waits)))


def send(draft: Draft) -> Draft:
    subject, text = TEXTS[draft.job.language][draft.job.letter]
    body = text.format(username=draft.username, link=_link(draft.job))
    mail.send(to=draft.email, subject=subject, text=body)
    return draft


def _link(job: SendAccountMail) -> str:
    """The token stands behind the #, which no browser sends to a server and no log sees."""
    page = settings().public_url + PAGES[job.letter]
    return f"{page}#{mailed_token(job.letter, job.link_id)}" if job.link_id else page


def mark_sent(draft: Draft, db: Db) -> None:
    if draft.job.letter == "verify_email":
        sent = update(EmailVerification).where(EmailVerification.id == draft.job.link_id)
        db.execute(sent.values(sent_at=work(db).now))
