"""Tells addresses that are reserved for fiction and documentation: nobody is reached there.

Sources: NANPA (555-0100 to 0199 in every area code), Ofcom (numbers for drama), ACMA (numbers for
use in radio, books, film and TV), ARCEP, BNetzA (Drama Numbers), PTS, ComReg (020 91); for mail
domains RFC 2606 and RFC 6761.
"""

import re
from collections.abc import Mapping

_NUMBERS = re.compile(
    r"""\+(?:
      1[2-9]\d\d55501\d\d
    | 44(?: 7700900\d{3} | 1632960\d{3} | 11[3-8]4960\d{3} | 1[2-6]14960\d{3} | 1914980\d{3}
          | 2079460\d{3} | 2896496\d{3} | 2920180\d{3} | 3069990\d{3} | 8081570\d{3}
          | 9098790\d{3} )
    | 61(?: [2378](?:5550|7010)\d{4} | 491570(?:006|110|15[6-9]|313|737|266|491|804)
          | 49157(?: 1266|1491|1804|2549|2665|2983|3770|3087|4118|4632|5254|5789|6398|6801|7426
                   | 7644|8957|8148|8888|9212|9760|9455 )
          | 1800160401 | 1[38]0097570[7-9] | 1[38]0097571[01] )
    | 33(?: 19900 | 26191 | 35301 | 46571 | 53649 | 63998 )\d{4}
    | 49(?: 3023125\d{3} | 6990009\d{3} | 4066969\d{3} | 2214710\d{3} | 8999998\d{3}
          | 17139200\d\d | 176040690\d\d
          | 152(?:28817386|28895456|54599371) | 172(?:9925904|9968532|997318[56]|9980752)
          | 174(?:9091317|9464308) )
    | 46(?: 31390 06\d\d | 406280 4\d\d | 8465 004\d\d | 9803192\d\d | 7017406(?:0[5-9]|[1-9]\d) )
    | 353 2091\d{5}
    )""",
    re.VERBOSE,
).fullmatch

_DOMAINS = re.compile(r"(?:.+\.)?(?:example(?:\.(?:com|net|org))?|test)", re.IGNORECASE).fullmatch


def is_fictional_number(e164: str) -> bool:
    """Return whether a number in E.164 form lies in a range that is reserved for fiction."""
    return _NUMBERS(e164) is not None


def is_fictional_domain(domain: str) -> bool:
    """Return whether a mail domain is one of those reserved for tests and examples."""
    return _DOMAINS(domain) is not None


NUMBERS: Mapping[str, str] = {
    "US": "+12025550143",
    "CA": "+16135550143",
    "GB": "+447700900102",
    "IE": "+353209155103",
    "AU": "+61491570156",
    "FR": "+33639980142",
    "DE": "+4915228817386",
    "SE": "+46701740605",
}
"""One number for each country (ISO 3166) that keeps mobile numbers, or any, free for fiction."""

MAILBOX = "person@example.com"
"""A mail address that nobody has."""


def number_for(country: str | None) -> str:
    """Return a fictional number of a country; of the United States for one without."""
    return NUMBERS.get(country or "", NUMBERS["US"])
