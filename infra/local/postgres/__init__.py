"""The embedded PostgreSQL of one machine: a child of whoever starts it, reached by its socket alone."""

from infra.local.postgres.errors import AlreadyRunning, NotStarted
from infra.local.postgres.private import password
from infra.local.postgres.server import Server, running, start

__all__ = ["AlreadyRunning", "NotStarted", "Server", "password", "running", "start"]
