"""`make up`: the platform in the foreground, from its lock to the last process, until Ctrl-C."""

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from socket import AF_INET, IPPROTO_TCP, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket

from infra.local import logs
from infra.local.lock import AlreadyRunning, held
from infra.local.processes import ImportFailed
from infra.local.supervisor import Config, Platform

SIGNALS = (signal.SIGINT, signal.SIGTERM)
HERE = "127.0.0.1"  # reached from this machine alone


class PortTaken(Exception):
    """The sentence for whoever wants to listen there."""


def run(
    *,
    home: Path,
    port: int,
    address: str = HERE,
    house: Callable[[], AbstractContextManager[Config]],
    ready: Callable[[Platform], None],
) -> int:
    """`house` stands before the platform and falls after it: entered when lock and port are ours."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with (
            held(home, f"http://{address}:{port}"),
            listen(port, address) as listener,
            house() as config,
        ):
            logs.configure(config.log_file)
            try:
                asyncio.run(_until_stopped(config, listener, ready))
            finally:
                for number in SIGNALS:  # impatience must not leave half a house standing
                    signal.signal(number, signal.SIG_IGN)
    except (AlreadyRunning, PortTaken, ImportFailed) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def listen(port: int, address: str = HERE) -> socket:
    # Only a socket that names its protocol gets TCP_NODELAY from asyncio: else each answer waits 40 ms.
    listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)
    listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        raise PortTaken(
            f"Port {port} at {address} cannot be used ({error}): choose another, as in PORT=8001 make up"
        ) from None
    return listener


async def _until_stopped(config: Config, listener: socket, ready: Callable[[Platform], None]) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in SIGNALS:
        loop.add_signal_handler(number, stopped.set)
    platform = Platform(config, listener)
    await platform.start()
    failure = asyncio.create_task(platform.failure())
    failure.add_done_callback(lambda _: stopped.set())
    try:
        ready(platform)
        await stopped.wait()
        if failure.done():
            failure.result()
    finally:
        failure.cancel()
        await platform.stop()
