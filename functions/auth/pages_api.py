"""The pages behind mailed links. Opening one changes nothing, for mail scanners do: a person presses."""

from typing import Annotated

from fastapi import Header
from fastapi.responses import HTMLResponse

from functions.auth import pages
from shared.http import Router, http, public
from shared.words import language_of

router = Router(prefix="/account", tags=["pages"])
Languages = Annotated[str, Header(alias="accept-language")]


@router.get("/{page}", include_in_schema=False, dependencies=[public()])
def show(page: pages.Name, languages: Languages = "") -> HTMLResponse:
    return HTMLResponse(pages.html(page, language_of(languages)), headers=pages.HEADERS)


handler = http(router)
