"""What platform refuses, in the words that a person reads."""

from shared.errors import Conflict, NotFound


class NoSuchDeadLetter(NotFound):
    detail = "There is no dead letter with this id."


class Unreadable(Conflict):
    code = "unreadable"
    detail = "This message is no message of ours: it cannot be sent again."
