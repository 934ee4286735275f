"""Cold starts of every function: a fresh process, until the first answer; processor time."""

import inspect
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from infra import cold, discover
from infra.bundle.closure import modules
from infra.discover import Function
from shared.db.schema import Rows
from tests.benchmarks.scene import Scene
from tests.benchmarks.table import Figure, paired

ROUNDS = 7
GOAL = 1.25
Event = Mapping[str, Any] | None
PEERS = "tests.benchmarks.peers"


def figures(scene: Scene) -> Iterator[Figure]:
    for function in discover.functions():
        peer, answered = _peer(scene, function)
        ours, bare = paired(
            lambda function=function: _spent(scene, function.module, _event(scene, function)),
            lambda function=function, peer=peer, answered=answered: _spent(
                scene, peer, answered, _as_large_as(function)
            ),
            rounds=ROUNDS,
        )
        yield Figure(f"cold start, {function.name}", ours, bare, "bare libraries", GOAL, "ms")


def _event(scene: Scene, function: Function) -> Event:
    """The first page that it shows, a message, a due time, one turn; other consumers are imported alone."""
    match function.trigger.kind:
        case "http":
            return scene.signed_in(_page(function))
        case "cron" | "loop":
            return {}
    return scene.messages().get(function.name)


def _peer(scene: Scene, function: Function) -> tuple[str, Event]:
    """Who does the same by hand: as far as the database where ours goes there."""
    if function.trigger.kind == "http":
        return f"{PEERS}.http_function", scene.me()
    return f"{PEERS}.queue_function", None if _event(scene, function) is None else scene.letter()


def _page(function: Function) -> str:
    """One of no name, where it shows a page a name: looked for, and not found."""
    routes = import_module(function.module).router.routes
    first = min(routes, key=lambda route: ("GET" not in route.methods, "{" in route.path))
    return re.sub("{.*?}", "-", first.path)


def _as_large_as(function: Function) -> Mapping[str, str]:
    """As many routes and tables, which the peer reads from its environment."""
    routes = getattr(getattr(import_module(function.module), "router", None), "routes", ())
    homes = [import_module(name) for name in modules(function.module) if "tables" in name.split(".")]
    tables = [row for home in homes for row in vars(home).values() if _is_table(row, home.__name__)]
    return {"PEER_ROUTES": str(len(routes)), "PEER_TABLES": str(len(tables))}


def _is_table(row: Any, home: str) -> bool:
    return (
        inspect.isclass(row)
        and issubclass(row, Rows)
        and row.__module__ == home
        and hasattr(row, "__table__")
    )


def _spent(scene: Scene, module: str, event: Event, size: Mapping[str, str] | None = None) -> float:
    return cold.spent(module, event, {**scene.environment, **(size or {})}, turns=1)
