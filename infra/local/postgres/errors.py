"""Why there is no server."""


class AlreadyRunning(RuntimeError):
    """Another server holds this data folder."""


class NotStarted(RuntimeError):
    """The server, or what prepares its folders, gave up: the message says why."""
