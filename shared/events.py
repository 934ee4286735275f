"""What a domain tells the others, and what it asks of itself later."""

import re
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    model_config = ConfigDict(frozen=True)

    topic: ClassVar[str]  # the outbox's word for where it goes


class Event(Message):
    """A fact, in the past tense. It only ever gains optional fields; unknown ones are ignored."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.topic = f"{_domain(cls)}.{cls.__name__}"


class Job(Message):
    """A command to one queue of the own domain."""

    queue: ClassVar[str]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        words = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()
        cls.queue = f"{_domain(cls)}-job-{words}"
        cls.topic = f"queue:{cls.queue}"


def _domain(cls: type) -> str:
    """functions.auth.events → auth"""
    return cls.__module__.split(".")[-2].replace("_", "-")


def about(message: Message) -> UUID | None:
    """The user a message names, if it names one."""
    user_id = getattr(message, "user_id", None)
    return user_id if isinstance(user_id, UUID) else None
