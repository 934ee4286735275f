"""Stored objects behind their signed links, as a bucket would hand them out."""

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from shared.errors import NotFound, Refused
from shared.local_storage import Folder, Stored
from shared.problem import refusal
from shared.settings import settings


async def hand_out(request: Request) -> Response:
    """As a file to keep: what people have stored never runs as a page of ours."""
    try:
        stored = _asked_for(request)
    except Refused as error:
        return refusal(error)
    headers = {"Content-Length": str(stored.size), "Content-Disposition": "attachment"}
    return StreamingResponse(stored, 200, headers | {"Content-Type": stored.content_type})


def _asked_for(request: Request) -> Stored:
    root, given = settings().storage_dir, request.query_params
    if root is None:
        raise NotFound
    try:
        return Folder(root).followed(
            request.path_params["key"],
            expires=given.get("expires", ""),
            signature=given.get("signature", ""),
        )
    except KeyError:
        raise NotFound from None
