"""The bank's page: one question about a card, and the way back with its answer."""

from urllib.parse import urlencode

from infra.local.stripe import bank
from infra.local.stripe.call import Call
from infra.local.stripe.currencies import shown
from infra.local.stripe.errors import Object
from infra.local.stripe.pages.frame import notice, page, redirect
from infra.local.stripe.pages.words import WORDS
from infra.local.stripe.wire import Reply
from shared.words import Language


def show(call: Call, secret: str, language: Language) -> Reply:
    intent = bank.asked(call, secret)
    if intent is None:
        return notice("nothing", language, status=404)
    if intent["status"] != "requires_action":
        return notice("answered", language)
    words = WORDS[language]
    body = f"""<main class="pay"><h2>{_question(call, intent, words)}</h2>
<form method="post" class="acts"><button class="first" name="answer" value="yes">{words["yes"]}</button>
<button name="answer" value="no">{words["no"]}</button></form>
<p class="foot">{words["foot"]}</p></main>"""
    return page(body, title=words["bank"], language=language, leads_to=_ends(call, intent))


def answer(call: Call, secret: str, language: Language) -> Reply:
    intent = bank.asked(call, secret)
    if intent is None:
        return notice("nothing", language, status=404)
    back = _return_url(intent)
    changed = bank.answer(call, intent, consents=call.given.one_of("answer", ("yes", "no")) == "yes")
    return redirect(_with_result(back, changed)) if back else notice("answered", language)


def _question(call: Call, intent: Object, words: dict[str, str]) -> str:
    last4 = call.find("payment_method", intent["payment_method"])["card"]["last4"]
    if intent["object"] == "setup_intent":
        return words["bank-keeps"].format(last4)
    return words["bank-asks"].format(shown(intent["amount"], intent["currency"]), last4)


def _return_url(intent: Object) -> str | None:
    """None where the bank was never asked, or has its answer."""
    action = intent["next_action"] or {}
    url: str | None = action.get("redirect_to_url", {}).get("return_url")
    return url


def _ends(call: Call, intent: Object) -> list[str]:
    session = call.records.newest("checkout.session", payment_intent=intent["id"])
    urls = [_return_url(intent), session["success_url"] if session else None]
    return [url for url in urls if url]


def _with_result(url: str, intent: Object) -> str:
    """As Stripe comes back: with the intent, its secret and how it went."""
    kind = intent["object"]
    result = {
        kind: intent["id"],
        f"{kind}_client_secret": intent["client_secret"],
        "redirect_status": "succeeded" if intent["status"] == "succeeded" else "failed",
    }
    address, mark, fragment = url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(result)}{mark}{fragment}"
