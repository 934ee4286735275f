"""What audit refuses, in the words that a person reads."""

from shared.errors import NotFound


class NoSuchEvent(NotFound):
    detail = "There is no security event with this id."
