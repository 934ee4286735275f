"""Starting a server, waiting until it answers, stopping it."""

import fcntl
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pg8000.exceptions import DatabaseError, InterfaceError
from pg8000.native import Connection

from infra.local.postgres import cluster, leftovers
from infra.local.postgres.account import Account, accounts, environment, first_able
from infra.local.postgres.errors import NotStarted
from infra.local.postgres.private import password, private_folder, socket_folder

SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "max_locks_per_transaction": "256",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_min_error_statement": "panic",  # a statement may hold a password
    "log_checkpoints": "off",
    # One file a weekday, overwritten a week later.
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
}
STOPPING = {signal.SIGINT: 2.0, signal.SIGQUIT: 0.5}  # fast, then immediate shutdown: seconds for each
SOCKET_OPENS = 60.0  # seconds; the socket opens before recovery starts
STARTING_UP = "57P03"  # SQLSTATE cannot_connect_now
LOG_TAIL = 15  # lines


@dataclass(frozen=True)
class Server:
    home: Path
    socket: Path  # the folder of the socket
    port: int
    pid: int

    def url(self, role: str, database: str = "astrolabe") -> str:
        secret = quote(password(self.home, role), safe="")
        file = quote(f"{self.socket}/.s.PGSQL.{self.port}")
        return f"postgresql+pg8000://{quote(role, safe='')}:{secret}@/{quote(database)}?unix_sock={file}"


def running(home: Path, *, major: int = 18) -> Server | None:
    """The server of this home, whoever started it, while it answers."""
    home = home.resolve()
    found = leftovers.postmaster(home / f"postgres-{major}")
    if found is None or found.status != "ready":
        return None
    return Server(home, found.socket, found.port, found.pid)


@contextmanager
def start(
    home: Path,
    *,
    major: int = 18,
    options: Mapping[str, str] = {},
    account: Account | None = None,
    tcp_port: int | None = None,
) -> Iterator[Server]:
    """Until the block is left, by the thread that enters it. With a port, on loopback as well."""
    home.mkdir(parents=True, exist_ok=True)
    home = home.resolve()
    data = home / f"postgres-{major}"
    program = cluster.programs(major) / "postgres"
    account = account or first_able(accounts(), program=program, folder=home)
    with _turn(data).open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        with _socket(data, account) as socket:
            leftovers.clear(data, socket=socket)
            if not data.exists():
                secret, sync = password(home, "postgres"), options.get("fsync") != "off"
                cluster.create(data, major=major, account=account, password=secret, sync=sync)
            account.own(data)
            command = account.command(
                program, "-D", data, *_settings(socket, {**_listening(tcp_port), **options})
            )
            with _child(command, log=_start_log(data, account)) as process:
                server = Server(home, socket, tcp_port or int(SETTINGS["port"]), process.pid)
                _wait_until_ready(server, process, data)
                turn.close()
                yield server


def _turn(data: Path) -> Path:
    """Locked by whoever starts a server here."""
    return data.with_suffix(".lock")


@contextmanager
def _socket(data: Path, account: Account) -> Iterator[Path]:
    """Its folder goes with the server, unless the next one is starting already."""
    folder = socket_folder(data, account=account)
    try:
        yield folder
    finally:
        with suppress(OSError), _turn(data).open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            folder.rmdir()


def _listening(tcp_port: int | None) -> dict[str, str]:
    return {"listen_addresses": "127.0.0.1", "port": str(tcp_port)} if tcp_port else {}


def _settings(socket: Path, options: Mapping[str, str]) -> list[str]:
    # The setting is a list: without quotes a comma in a folder's name would part it.
    folders = '"' + str(socket).replace('"', '""') + '"'
    settings = {**SETTINGS, "unix_socket_directories": folders, **options}
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


@contextmanager
def _child(command: list[str], *, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """In a session of its own: Ctrl-C in a terminal reaches its parent alone, which decides."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env=environment(),
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    for request, patience in STOPPING.items():
        process.send_signal(request)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            return
    process.kill()
    process.wait()


def _wait_until_ready(server: Server, process: subprocess.Popen[bytes], data: Path) -> None:
    """However long the recovery from a crash takes."""
    socket_opens = time.monotonic() + SOCKET_OPENS
    while process.poll() is None:
        try:
            _connect(server).close()
            return
        except (DatabaseError, InterfaceError) as error:
            refusal = _refusal(error)
            if refusal and refusal.args[0]["C"] != STARTING_UP:
                raise refusal from None
            if not refusal and time.monotonic() > socket_opens:
                raise
        time.sleep(0.02)
    raise NotStarted(f"PostgreSQL stopped while it started on {data}:\n{_log_tail(data)}")


def _connect(server: Server) -> Connection:
    file = str(server.socket / f".s.PGSQL.{server.port}")
    secret = password(server.home, "postgres")
    return Connection("postgres", password=secret, database="postgres", unix_sock=file, ssl_context=False)


def _refusal(error: BaseException | None) -> DatabaseError | None:
    """The server's, which pg8000 may hide behind the broken pipe on which it says goodbye."""
    while error and not isinstance(error, DatabaseError):
        error = error.__context__
    return error


def _start_log(data: Path, account: Account) -> Path:
    """What the server says before its own log is open."""
    return private_folder(data / "log", account=account) / "start.log"


def _log_tail(data: Path) -> str:
    newest = sorted((data / "log").glob("*.log"), key=lambda file: file.stat().st_mtime)[-2:]
    tails = (file.read_text(errors="replace").splitlines()[-LOG_TAIL:] for file in newest)
    return "\n".join(line for tail in tails for line in tail)
