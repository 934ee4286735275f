"""The Pulumi program without Pulumi's CLI: every resource is created the moment the program declares it."""

import asyncio
import gc
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.runtime import mocks, rpc, set_mocks
from pulumi.runtime.config import set_all_config
from pulumi.runtime.settings import SETTINGS, get_root_resource
from pulumi.runtime.stack import run_pulumi_func

PROJECT = "astrolabe"


@dataclass(frozen=True)
class Resource:
    type: str  # aws:sqs/queue:Queue
    name: str  # as the program calls it
    inputs: Mapping[str, Any]  # camelCase, as the provider gets them
    protected: bool
    waits_for: frozenset[str]  # names of what stands before it


Outputs = Mapping[str, Any]
Create = Callable[[Resource], tuple[str, Outputs]]  # its id, and what else is known then
LookUp = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]  # what the program asks of AWS


def evaluate(
    program: Callable[[], None],
    *,
    stack: str,
    config: Mapping[str, str],
    create: Create,
    look_up: LookUp,
) -> dict[str, Any]:
    """Run it to its end and give what it exports. In a thread: Pulumi keeps its state in the context."""

    def run() -> dict[str, Any]:
        return asyncio.run(_run(program, stack=stack, config=config, engine=_Engine(create, look_up)))

    with _no_collector(), ThreadPoolExecutor(1, "pulumi") as thread:
        return thread.submit(run).result()


@contextmanager
def _no_collector() -> Iterator[None]:
    """All that a program makes is held until its end: half of the time went into looking through it."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


async def _run(
    program: Callable[[], None], *, stack: str, config: Mapping[str, str], engine: "_Engine"
) -> dict[str, Any]:
    set_mocks(engine, project=PROJECT, stack=stack, preview=False, monitor=_Monitor(engine))
    set_all_config(dict(config))
    SETTINGS.outputs = set()  # the process's own holds what a refused program left in a loop now closed
    asyncio.get_running_loop().set_exception_handler(_first_only)
    await run_pulumi_func(program)
    exported = get_root_resource().outputs  # type: ignore[union-attr]
    return {name: await pulumi.Output.from_input(value).future() for name, value in exported.items()}


class _Engine(mocks.Mocks):
    def __init__(self, create: Create, look_up: LookUp) -> None:
        self.create, self._look_up = create, look_up
        self.given: dict[tuple[str, str], tuple[bool, frozenset[str]]] = {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        inputs = plain(args.inputs)
        protected, waits_for = self.given[args.typ, args.name]
        resource_id, outputs = self.create(Resource(args.typ, args.name, inputs, protected, waits_for))
        return resource_id, {**args.inputs, **outputs}

    def call(self, args: mocks.MockCallArgs) -> Any:
        return dict(self._look_up(args.token, plain(args.args)))


class _Monitor(mocks.MockMonitor):
    """Pulumi's own mock keeps to itself what a resource waits for, and whether it may be destroyed."""

    mocks: _Engine

    def RegisterResource(self, request: Any) -> Any:
        waits_for = frozenset(urn.rsplit("::", 1)[1] for urn in request.dependencies)
        self.mocks.given[request.type, request.name] = request.protect, waits_for
        with _own_loop():
            return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    def Invoke(self, request: Any) -> Any:
        with _own_loop():
            return super().Invoke(request)  # type: ignore[no-untyped-call]


def _first_only(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A refusal is raised once: all that waited for the refused resource fails with it, and adds nothing."""
    if not context["message"].endswith("exception was never retrieved"):
        loop.default_exception_handler(context)


@contextmanager
def _own_loop() -> Iterator[None]:
    """The monitor is called in threads, where Pulumi makes an event loop that it never closes."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def plain(value: Any) -> Any:
    """As a provider gets it: secrets opened, whole numbers whole, files by their path."""
    match value:
        case {rpc._special_sig_key: rpc._special_secret_sig, "value": secret}:
            return plain(secret)
        case dict():
            return {name: plain(held) for name, held in value.items()}
        case list():
            return [plain(held) for held in value]
        case float() if value.is_integer():
            return int(value)
        case pulumi.AssetArchive():
            return {name: plain(held) for name, held in value.assets.items()}
        case pulumi.FileArchive() | pulumi.FileAsset():
            return value.path
    return value
