"""Which currencies there are, and how many decimals each has."""

from dataclasses import dataclass

# Active in ISO 4217 and known to Stripe; then what exchanges trade, with the decimals that we keep of it.
DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY"
    " COP CRC CVE CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS"
    " INR JMD KES KGS KHR KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN"
    " NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD"
    " SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD YER ZAR ZMW",
    3: "BHD JOD KWD OMR TND",
    6: "USDC USDT",
    8: "BTC ETH",
}


@dataclass(frozen=True, slots=True)
class Currency:
    code: str
    decimals: int


CURRENCIES = {
    code: Currency(code, decimals) for decimals, codes in DECIMALS.items() for code in codes.split()
}


def currency_of(code: str) -> Currency:
    try:
        return CURRENCIES[code]
    except KeyError:
        raise ValueError(f"{code} is not a currency that we know") from None
