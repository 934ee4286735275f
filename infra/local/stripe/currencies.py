"""Amounts are whole numbers of a currency's smallest unit, as Stripe counts them."""

from infra.local.stripe.errors import invalid
from infra.local.stripe.form import Given

WITHOUT_DECIMALS = "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf"
WITH_THREE = "bhd jod kwd omr tnd"  # Stripe wants the last one to be 0
WITH_TWO = (
    "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny"
    " cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr isk"
    " jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio"
    " nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs"
    " top try ttd twd tzs uah usd uyu uzs wst xcd yer zar zmw"
)
DECIMALS = {
    code: decimals
    for decimals, codes in ((0, WITHOUT_DECIMALS), (2, WITH_TWO), (3, WITH_THREE))
    for code in codes.split()
}
LEAST = {
    **dict.fromkeys(("usd", "eur", "chf", "aud", "cad", "brl", "inr", "nzd", "sgd", "jpy"), 50),
    **{"gbp": 30, "bgn": 100, "aed": 200, "myr": 200, "pln": 200, "ron": 200, "dkk": 250, "nok": 300},
    **{"sek": 300, "hkd": 400, "mxn": 1000, "thb": 1000, "czk": 1500, "huf": 17500},
}
MOST = 99_999_999
SPACE = "\N{NARROW NO-BREAK SPACE}"


def shown(amount: int, currency: str) -> str:
    """1 234.50 EUR, which reads the same everywhere."""
    places = DECIMALS[currency]
    whole, rest = divmod(amount, 10**places)
    number = f"{whole:,}".replace(",", SPACE) + (f".{rest:0{places}}" if places else "")
    return f"{number}{SPACE}{currency.upper()}"


def currency_of(given: Given) -> str:
    currency = given.needed("currency").lower()
    if currency not in DECIMALS:
        raise invalid(f"Invalid currency: {currency}.", param=given.named("currency"))
    return currency


def amount_of(given: Given, currency: str, *, name: str = "amount") -> int:
    given.needed(name)
    amount = given.whole(name, least=1) or 0
    if DECIMALS[currency] == 3 and amount % 10:
        raise invalid("Invalid amount: its last digit must be 0 in this currency.", param=given.named(name))
    if amount > MOST:
        sentence = f"Amount must be no more than {shown(MOST, currency)}"
        raise invalid(sentence, param=given.named(name), code="amount_too_large")
    return amount


def check_least(amount: int, currency: str, *, param: str) -> None:
    """What a card can be charged."""
    if amount < LEAST.get(currency, 1):
        sentence = f"Amount must be at least {shown(LEAST[currency], currency)}"
        raise invalid(sentence, param=param, code="amount_too_small")
