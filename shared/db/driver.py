"""pg8000 with one round trip a message: the only file that knows pg8000's internals."""

import select
import socket
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from ssl import create_default_context
from typing import Any

import pg8000.dbapi
from pg8000 import converters, core
from pg8000.core import Context, H_pack, i_pack
from pg8000.dbapi import DatabaseError, InterfaceError
from sqlalchemy.engine import URL, make_url

Statement = tuple[str, tuple[object, ...]]  # SQL with $1… and its values
Rows = list[tuple[Any, ...]]
Values = Sequence[object]

DESCRIBE = core._create_message(core.DESCRIBE, core.STATEMENT + b"\0")
COMPLETED = (core.COMMAND_COMPLETE, core.EMPTY_QUERY_RESPONSE)
SHORT = 64 * 1024  # bytes: the kernel takes them from us even while the server does not read
SLICE = 8 * 1024  # bytes: a socket that is ready for writing takes them without waiting


def connect(
    url: str | URL,
    *,
    application_name: str | None = None,
    connect_timeout: float = 10,  # seconds
    timeout: float | None = None,  # seconds to wait for an answer
) -> "Connection":
    """Log in at `postgresql+pg8000://role:password@host:port/database` or `…@/database?unix_sock=/path`.

    `?sslrootcert=/path` says whom to trust, as in libpq: without it TLS hides what is said but proves nobody.
    """
    target = make_url(url)
    arguments = target.translate_connect_args(username="user") | dict(target.query)
    arguments["application_name"] = application_name or arguments.get("application_name")
    near = "unix_sock" in arguments or target.host in (None, "localhost", "127.0.0.1", "::1")
    authority = arguments.pop("sslrootcert", None)
    tls = create_default_context(cafile=authority) if authority else not near
    return Connection(answer_timeout=timeout, timeout=connect_timeout, ssl_context=tls, **arguments)


class Connection(pg8000.dbapi.Connection):  # type: ignore[misc]
    """A pg8000 connection that needs one round trip a message."""

    closing: list[Statement]  # what travels in front of the COMMIT
    _usock: Any = None
    _sock: Any = None
    _early: BytesIO  # answers that came while a message was still being sent

    def __init__(self, *, answer_timeout: float | None, **arguments: Any) -> None:
        self.closing = []
        self._answer_timeout, self._arguments = answer_timeout, arguments
        self._log_in()
        self.register_in_adapter(converters.TIMESTAMPTZ, _instant)

    def open(self, statements: Sequence[Statement]) -> list[Rows]:
        """Run all in one message and give the rows of each. A connection found lost is made anew and the
        message, which must bear it, sent once more. A timeout is no loss. Nothing else is ever repeated."""
        if self._in_transaction:
            self.rollback()
            raise InterfaceError("open() met an open transaction, and rolled it back")
        try:
            return self._run(statements)
        except (InterfaceError, DatabaseError) as error:
            if self._usock is not None or isinstance(error.__cause__, TimeoutError):
                raise
        self._reconnect()
        return self._run(statements)

    def commit(self) -> None:
        closing, self.closing = self.closing, []
        if self._transaction_status == core.IN_FAILED_TRANSACTION:  # a COMMIT would be answered ROLLBACK
            self.rollback()
            raise DatabaseError({"S": "ERROR", "C": "25P02", "M": "COMMIT of a transaction that had failed"})
        if closing or self._in_transaction or self._usock is None:  # on a lost one, this raises
            self._run([*closing, ("commit", ())])

    def rollback(self) -> None:
        self.closing = []
        if self._in_transaction:
            self.execute_simple("rollback")

    def close(self) -> None:
        """Twice is once, and a server that has gone needs no goodbye."""
        if self._usock is not None:
            with suppress(OSError):
                self._usock.sendall(core.TERMINATE_MSG)
            self._drop()

    def cursor(self) -> "Cursor":
        return Cursor(self)

    def execute_simple(self, statement: str) -> Any:
        context = Context(statement)
        query = statement.encode(self._client_encoding) + b"\0"
        self._exchange(core._create_message(core.QUERY, query), [context])
        return context

    def execute_unnamed(self, statement: str, vals: Values = (), oids: Any = (), stream: Any = None) -> Any:
        return self.execute_rows(statement, [vals], oids, stream)

    def execute_rows(self, statement: str, rows: Sequence[Values], oids: Any, stream: Any = None) -> Any:
        """Once for each row of values. One context counts them all."""
        context = Context(statement, stream=stream)
        self._exchange(self._executions(statement, rows, oids) + core.SYNC_MSG, [context])
        return context

    def _run(self, statements: Sequence[Statement]) -> list[Rows]:
        contexts = [Context(sql) for sql, _ in statements]
        try:
            message = b"".join([self._executions(sql, [values]) for sql, values in statements])
            self._exchange(message + core.SYNC_MSG, contexts)
        except Exception:
            if self._in_transaction:
                self.execute_simple("rollback")
            raise
        return [[tuple(row) for row in context.rows or ()] for context in contexts]

    def _executions(self, sql: str, rows: Sequence[Values], oids: Sequence[int] = ()) -> bytes:
        text = b"\0" + sql.encode(self._client_encoding) + b"\0"
        types = b"".join([H_pack(len(oids)), *[i_pack(max(oid, 0)) for oid in oids]])  # pg8000's -1: unknown
        parse = core._create_message(core.PARSE, text + types)
        return b"".join([parse, DESCRIBE, *[self._bind(row) + core.EXECUTE_MSG for row in rows]])

    def _bind(self, values: Values) -> bytes:
        fields = [b"\0\0\0\0", H_pack(len(values))]  # no names, and all values as text
        for text in converters.make_params(self.py_types, values):
            encoded = b"" if text is None else text.encode(self._client_encoding)
            fields += (i_pack(-1 if text is None else len(encoded)), encoded)
        return bytes(core._create_message(core.BIND, b"".join([*fields, b"\0\0"])))

    def _exchange(self, message: bytes, contexts: Sequence[Any]) -> None:
        """Raise the first error when all is answered. Broken off half-way, the connection is useless."""
        if self._usock is None:
            raise InterfaceError("connection is closed")
        try:
            self._send(message)
            self._receive(contexts)
        except OSError as failure:
            self._drop()
            raise InterfaceError(f"network error: {failure}") from failure
        except BaseException:
            self._drop()
            raise
        if errors := [context.error for context in contexts if context.error]:
            raise errors[0]

    def _send(self, message: bytes) -> None:
        """A server that waits for us to read will not read: a long message takes answers in as it goes."""
        if len(message) <= SHORT:
            with suppress(BrokenPipeError, ConnectionResetError):  # _receive hears why it went
                self._usock.sendall(message)
            return
        ready, rest, answers = select.poll(), memoryview(message), []
        ready.register(self._usock, select.POLLIN | select.POLLOUT)
        while rest:
            events = ready.poll(self._answer_timeout and self._answer_timeout * 1000)
            if not events:
                raise TimeoutError("timed out")
            if events[0][1] == select.POLLOUT:
                rest = rest[self._usock.send(rest[:SLICE]) :]
            elif answer := self._sock.read1(SHORT):
                answers.append(answer)
            else:
                break
        self._early = BytesIO(b"".join(answers))

    def _receive(self, contexts: Sequence[Any]) -> None:
        waiting = iter(contexts)
        context, code = next(waiting), None
        while code != core.READY_FOR_QUERY:
            code, size = core.ci_unpack(self._read(5))
            self.message_types[code](self._read(size - 4), context)
            if code == core.ERROR_RESPONSE and context.error.args[0]["V"] != "ERROR":
                raise context.error  # FATAL: the session is over
            if code in COMPLETED:
                context = next(waiting, context)

    def _read(self, size: int) -> bytes:
        data = self._early.read(size)
        if len(data) < size:
            data += self._sock.read(size - len(data))
        if len(data) < size:
            raise ConnectionResetError("the server closed the connection")
        return data

    def _log_in(self) -> None:
        self._early = BytesIO()
        try:
            super().__init__(**self._arguments)
        except OSError as failure:
            self.close()  # pg8000 forgets its socket where the first word does not get through
            raise InterfaceError(f"network error: {failure}") from failure
        except InterfaceError:
            self.close()
            raise
        self._usock.settimeout(self._answer_timeout)
        if self._usock.family != socket.AF_UNIX:  # or messages of 9 kB and more sometimes wait 40 ms
            self._usock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _reconnect(self) -> None:
        """How values are read and written stays: SQLAlchemy registers that at its first connect alone."""
        kept = {name: getattr(self, name) for name in ("pg_types", "py_types", "autocommit")}
        try:
            self._log_in()
        finally:
            self.__dict__ |= kept

    def _drop(self) -> None:
        with suppress(OSError):
            self._usock.shutdown(socket.SHUT_RDWR)
        self._usock.close()
        self._usock = self._sock = self._transaction_status = None


class Cursor(pg8000.dbapi.Cursor):  # type: ignore[misc]
    """Placeholders are %s, as SQLAlchemy's dialect for pg8000 writes them."""

    def execute(self, operation: str, args: Values = (), stream: Any = None) -> None:
        if args:  # COPY, which alone has a stream, takes none
            self.executemany(operation, [args])
        else:
            super().execute(operation, args, stream)

    def executemany(self, operation: str, param_sets: Sequence[Values]) -> None:
        rows = list(param_sets)
        if not rows or not all(rows):
            super().executemany(operation, rows)
            return
        if self._c is None:
            raise InterfaceError("Cursor closed")
        if not self._c._in_transaction and not self._c.autocommit:
            self._c.execute_simple("begin transaction")
        self._context = self._c.execute_rows(_numbered(operation), rows, self._input_oids)
        self._row_iter = None if self._context.rows is None else iter(self._context.rows)
        self.setinputsizes()


@lru_cache(maxsize=256)
def _numbered(sql: str) -> str:
    """pg8000 looks at every character, 0.25 µs each."""
    return str(pg8000.dbapi.convert_paramstyle("format", sql, ())[0])


def _instant(text: str) -> Any:
    """0.2 µs, where pg8000 takes 30."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # infinity, BC, a DateStyle that is not ISO
        return converters.timestamptz_in(text)
