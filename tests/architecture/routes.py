"""Every route of every HTTP face, as their routers have it."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from fastapi.routing import APIRoute

from infra.discover import Function, functions
from shared.http import Route


@dataclass(frozen=True)
class Found:
    function: Function
    method: str
    path: str  # the template
    route: APIRoute

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def rule(self) -> object:
        return self.route.rule if isinstance(self.route, Route) else None

    @property
    def takes_ids(self) -> bool:
        return "{" in self.path


def routes() -> Iterator[Found]:
    for function in functions():
        if function.trigger.kind == "http":
            for route in import_module(function.module).router.routes:
                yield from (Found(function, method, route.path, route) for method in sorted(route.methods))
