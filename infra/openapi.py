"""One OpenAPI document over every HTTP face, read off the routes themselves."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from inspect import getdoc
from pathlib import Path
from types import ModuleType
from typing import Any

from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from infra.discover import Function
from shared.http import Route
from shared.problem import Problem

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
REFERENCE = "#/components/schemas/{model}"
SECURITY_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token from `/v1/auth/login`, or an API key as `key.secret`.",
    },
    "key_id": {
        "type": "apiKey",
        "in": "header",
        "name": "APCA-API-KEY-ID",
        "description": "An API key. Its secret goes along in `APCA-API-SECRET-KEY`.",
    },
    "key_secret": {
        "type": "apiKey",
        "in": "header",
        "name": "APCA-API-SECRET-KEY",
        "description": "The secret of the API key, as it was shown once.",
    },
}


class Contradiction(Exception):
    """Two faces mean different things by one name."""


def document(functions: Iterable[Function], *, server_url: str) -> dict[str, Any]:
    """`server_url` may be `/`: the server that the document came from."""
    paths: dict[str, Any] = {}
    tags: dict[str, Any] = {}
    schemas = _problem_schemas()
    for face in _faces(functions):
        found = _described(face)
        _merge(paths, found["paths"], what="path")
        _merge(schemas, found.get("components", {}).get("schemas", {}), what="schema")
        for tag in _tags(found):
            tags.setdefault(tag, {"name": tag, "description": _about(face)})
    return {
        "openapi": "3.1.0",
        "info": _info(),
        "servers": [{"url": server_url}],
        "tags": list(tags.values()),
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": SECURITY_SCHEMES},
    }


def _faces(functions: Iterable[Function]) -> Iterator[ModuleType]:
    return (import_module(function.module) for function in functions if function.trigger.kind == "http")


def _described(face: ModuleType) -> dict[str, Any]:
    """FastAPI's own description, with names that a generated client and a person can read."""
    found = get_openapi(title=face.__name__, version="", routes=face.router.routes)
    for route in face.router.routes:
        if isinstance(route, Route) and route.include_in_schema:
            for method in route.methods or ():
                found["paths"][route.path_format][method.lower()] |= _names(face, route)
    return found


def _names(face: ModuleType, route: Route) -> dict[str, str]:
    """`auth_log_in` and `Log in`; from another face than api.py its name, too, where it says more."""
    _, domain, stem = face.__name__.rsplit(".", 2)
    words = [domain, stem.removesuffix("api").rstrip("_"), route.name]
    summary = route.summary or route.name.replace("_", " ").capitalize()
    return {"operationId": "_".join(dict.fromkeys(filter(None, words))), "summary": summary}


def _tags(found: Mapping[str, Any]) -> Iterable[str]:
    operations = (operation for path in found["paths"].values() for operation in path.values())
    return dict.fromkeys(tag for operation in operations for tag in operation["tags"])


def _about(face: ModuleType) -> str:
    """The first paragraph of the domain's page; where there is none yet, what the face says of itself."""
    page = Path(face.__file__ or "").with_name("README.md")
    text = page.read_text() if page.exists() else getdoc(face) or ""
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return next((paragraph for paragraph in paragraphs if not paragraph.startswith("#")), "")


def _problem_schemas() -> dict[str, Any]:
    _, found = models_json_schema([(Problem, "validation")], ref_template=REFERENCE)
    return dict(found["$defs"])


def _merge(whole: dict[str, Any], part: Mapping[str, Any], *, what: str) -> None:
    for name, content in part.items():
        if whole.setdefault(name, content) != content:
            raise Contradiction(f"two faces have a different {what} {name}")


def _info() -> dict[str, str]:
    project = tomllib.loads(PROJECT.read_text())["project"]
    return {"title": "Astrolabe", "version": project["version"], "description": project["description"]}
