"""What an entry file ends in: a handler that AWS calls, with the trigger that infrastructure reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Kind = Literal["http", "event", "job", "dead_letters", "cron", "loop", "call"]
Login = Literal["fn_http", "fn_auth", "fn_system"]
Event = Mapping[str, Any]


class Context(Protocol):
    """The part of AWS's context object that we use; every substrate gives it."""

    @property
    def function_name(self) -> str: ...

    @property
    def aws_request_id(self) -> str: ...

    def get_remaining_time_in_millis(self) -> int: ...


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """What wakes a function, and what it needs: all that infrastructure must know about it."""

    kind: Kind
    login: Login = "fn_system"
    timeout: int = 30  # seconds
    memory: int = 512  # MB
    internet: bool = False
    paths: tuple[str, ...] = ()  # http: the path prefixes it answers
    topic: str = ""  # event: "auth.UserRegistered", source and detail-type
    consumer: str = ""  # event, job, dead letters: its queue
    system: bool = False  # works for nobody in particular, as app_system
    batch: int = 10  # messages a call
    attempts: int = 5  # receives before a message is dead
    concurrency: int = 5  # calls at a time
    schedule: str = ""  # cron: AWS's rate(…) or cron(…)


@dataclass(frozen=True)
class Handler:
    trigger: Trigger
    call: Callable[[Event, Context], Any]

    def __call__(self, event: Event, context: Context) -> Any:
        return self.call(event, context)
