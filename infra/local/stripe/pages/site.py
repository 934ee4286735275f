"""The pages under their addresses: whoever knows one may open it, and nobody can guess one."""

from collections.abc import Callable

from infra.local.stripe.call import Call, House
from infra.local.stripe.errors import Refused
from infra.local.stripe.form import Given, parsed
from infra.local.stripe.pages import payment, question
from infra.local.stripe.pages.frame import HEADERS, ICON, notice
from infra.local.stripe.store import Store
from infra.local.stripe.wire import Reply, Request
from shared import clock
from shared.words import Language, language_of

PAGES: dict[tuple[str, str], Callable[[Call, str, Language], Reply]] = {
    ("GET", "pay"): payment.show,
    ("POST", "pay"): payment.pay,
    ("GET", "authenticate"): question.show,
    ("POST", "authenticate"): question.answer,
}


class Pages:
    def __init__(self, store: Store, house: House, *, changed: Callable[[], None]) -> None:
        self._store = store
        self._house = house
        self._changed = changed

    def __call__(self, request: Request) -> Reply:
        language = language_of(request.headers.get("Accept-Language"))
        if request.path == "/icon.svg":
            return Reply(200, ICON.encode(), HEADERS | {"Content-Type": "image/svg+xml"})
        _, _, rest = request.path.partition("/")
        name, _, identity = rest.partition("/")
        shown = PAGES.get((request.method, name))
        if shown is None:
            return notice("nothing", language, status=404)
        try:
            return self._shown(shown, request, identity, language)
        except Refused as refused:
            return notice("nothing", language, status=refused.status)

    def _shown(
        self,
        shown: Callable[[Call, str, Language], Reply],
        request: Request,
        identity: str,
        language: Language,
    ) -> Reply:
        form = parsed(request.body.decode("ascii", "replace")) if request.method == "POST" else {}
        with self._store.transaction() as records:
            call = Call(
                records=records, house=self._house, now=int(clock.now().timestamp()), given=Given(form)
            )
            reply = shown(call, identity, language)
        self._changed()
        return reply
