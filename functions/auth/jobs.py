"""What this domain asks of itself."""

from typing import Literal
from uuid import UUID

from shared.events import Job
from shared.words import Language

Letter = Literal["verify_email", "reset_password", "already_registered", "set_password"]


class SendAccountMail(Job):
    """The token is not in it: whoever sends makes it again from the link's id and the server's key."""

    user_id: UUID
    letter: Letter
    language: Language = "en"
    link_id: UUID | None = None  # the row that waits for the token
