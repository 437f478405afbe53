"""The currencies in use (ISO 4217), how many decimals each counts, and the signs they go by."""

_CODES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
    "GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW "
    "KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR "
    "MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR "
    "SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
)
_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"

CURRENCIES: frozenset[str] = frozenset(_CODES.split())
"""The three letters of each currency."""

DECIMALS: dict[str, int] = dict.fromkeys(_WHOLE.split(), 0) | dict.fromkeys(_THREE.split(), 3)
"""How many decimals the amounts of a currency have, where it is not two."""

SIGNS: dict[str, tuple[str, ...]] = {
    "€": ("EUR",), "us$": ("USD",), "ca$": ("CAD",), "c$": ("CAD", "NIO"), "a$": ("AUD",),
    "au$": ("AUD",), "nz$": ("NZD",), "hk$": ("HKD",), "s$": ("SGD",), "r$": ("BRL",),
    "mx$": ("MXN",), "nt$": ("TWD",), "£": ("GBP", "EGP", "FKP", "GIP", "LBP", "SHP", "SYP"),
    "₹": ("INR",), "₽": ("RUB",), "₺": ("TRY",), "₴": ("UAH",), "₪": ("ILS",), "₩": ("KRW", "KPW"),
    "฿": ("THB",), "₫": ("VND",), "₦": ("NGN",), "₱": ("PHP", "CUP"), "₸": ("KZT",), "₵": ("GHS",),
    "₾": ("GEL",), "zł": ("PLN",), "kč": ("CZK",), "ft": ("HUF",), "lei": ("RON", "MDL"),
    "fr.": ("CHF",), "sfr.": ("CHF",), "¥": ("JPY", "CNY"), "￥": ("JPY", "CNY"), "元": ("CNY",),
    "円": ("JPY",), "kr": ("DKK", "ISK", "NOK", "SEK"), "kr.": ("DKK", "ISK", "NOK", "SEK"),
    "$": (
        "USD", "ARS", "AUD", "BBD", "BMD", "BND", "BSD", "BZD", "CAD", "CLP", "COP", "CUP", "FJD",
        "GYD", "HKD", "JMD", "KYD", "LRD", "MXN", "NAD", "NZD", "SBD", "SGD", "SRD", "TTD", "TWD",
        "UYU", "XCD",
    ),
    "euro": ("EUR",), "euros": ("EUR",), "eur.": ("EUR",),
}  # fmt: skip
"""The signs and short names of currencies, in small letters, and which currencies go by each."""
