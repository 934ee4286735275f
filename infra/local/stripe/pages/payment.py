"""The page of a Checkout session: what is paid for, and with which test card."""

from html import escape
from typing import Any

from infra.local.stripe import cards, checkout, payment_methods
from infra.local.stripe.call import Call
from infra.local.stripe.currencies import shown
from infra.local.stripe.errors import Object, Refused
from infra.local.stripe.form import Given
from infra.local.stripe.pages.frame import notice, page, redirect
from infra.local.stripe.pages.words import WORDS
from infra.local.stripe.wire import Reply
from shared.words import Language

OFFERED = (
    *("visa", "mastercard", "authenticationRequired", "visa_chargeDeclined"),
    *("visa_chargeDeclinedInsufficientFunds", "createDispute", "pendingRefund", "refundFail"),
)
BY_NAME = {card.name: card for card in cards.CARDS}
USUAL_DATE = ("12", "34")


def show(call: Call, session_id: str, language: Language) -> Reply:
    session = call.find("checkout.session", session_id)
    if session["status"] != "open":
        return _closed(session, language)
    intent = call.records.find(session["payment_intent"] or "", "payment_intent") or {}
    return _form(call, session, language, wrong=intent.get("last_payment_error"), status=200)


def pay(call: Call, session_id: str, language: Language) -> Reply:
    session = call.find("checkout.session", session_id)
    if session["status"] != "open":
        return _closed(session, language)
    try:
        method = payment_methods.made(call, Given({"type": "card", "card": _card(call.given)}))
    except Refused as refused:
        return _form(call, session, language, wrong=refused.body["error"], status=402)
    intent = checkout.pay(call, session, method)
    if intent["status"] == "requires_action":
        return redirect(intent["next_action"]["redirect_to_url"]["url"])
    if intent["status"] == "succeeded":
        return redirect(after(session))
    return _form(call, session, language, wrong=intent["last_payment_error"], status=402)


def after(session: Object) -> str:
    url: str = session["success_url"]
    return url.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _closed(session: Object, language: Language) -> Reply:
    if session["status"] == "complete":
        return redirect(after(session))
    return notice("expired", language, status=410, onwards=session["cancel_url"])


def _card(form: Given) -> dict[str, Any]:
    """A number that was typed is meant more than one that was ticked."""
    typed = form.text("number")
    card = typed or form.text("card") or ""
    if not typed and card in cards.BY_TOKEN:
        return {"token": card}
    month, year = form.text("expiry"), None
    if month:
        month, _, year = month.replace(" ", "").partition("/")
    given = {"number": card, "exp_month": month or USUAL_DATE[0], "exp_year": year or USUAL_DATE[1]}
    return given | ({"cvc": cvc} if (cvc := form.text("cvc")) else {})


def _form(call: Call, session: Object, language: Language, *, wrong: Object | None, status: int) -> Reply:
    words = WORDS[language]
    total = shown(session["amount_total"], session["currency"])
    back = session["cancel_url"]
    cancel = f'<a href="{escape(back)}">{words["cancel"]}</a>' if back else ""
    body = f"""<main class="pay">
<p class="asks">{words["asks"]}</p><p class="total">{total}</p>
{_items(call, session)}{_said(wrong, words)}
<form class="pay" method="post"><fieldset><legend>{words["card"]}</legend>
<div class="cards">{"".join(_choice(BY_NAME[name], words) for name in OFFERED)}</div></fieldset>
<details class="typed"><summary>{words["typed"]}</summary><div>
<label>{words["number"]}<input name="number" inputmode="numeric" autocomplete="off" maxlength="23"></label>
<label>{words["expiry"]}<input name="expiry" placeholder="12/34" autocomplete="off" maxlength="7"></label>
<label>{words["cvc"]}<input name="cvc" inputmode="numeric" autocomplete="off" maxlength="4"></label>
</div></details>
<div class="acts"><button class="first">{words["pay"].format(total)}</button>{cancel}</div></form>
<p class="foot">{words["foot"]}</p></main>"""
    leads_to = [session["success_url"]]
    return page(body, title=words["payment"], language=language, status=status, leads_to=leads_to)


def _items(call: Call, session: Object) -> str:
    items = call.records.listed("item", {"session": session["id"]}, limit=100)
    rows = "".join(
        f'<tr><th scope="row">{escape(item["description"])}{_times(item)}</th>'
        f"<td>{shown(item['amount_total'], item['currency'])}</td></tr>"
        for item in reversed(items)
    )
    return f"<table><tbody>{rows}</tbody></table>"


def _times(item: Object) -> str:
    return f" × {item['quantity']}" if item["quantity"] > 1 else ""


def _said(wrong: Object | None, words: dict[str, str]) -> str:
    if not wrong:
        return ""
    code = wrong.get("decline_code") or wrong.get("code") or "other"
    return f'<p class="wrong" role="alert">{words.get(code, words["other"])}</p>'


def _choice(card: cards.Card, words: dict[str, str]) -> str:
    number = " ".join(card.number[start : start + 4] for start in range(0, len(card.number), 4))
    ticked = " checked" if card.name == OFFERED[0] else ""
    return (
        f'<label><input type="radio" name="card" value="{card.number}"{ticked}>'
        f"<code>{number}</code><small>{words[card.name]}</small></label>"
    )
