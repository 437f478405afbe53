"""What rules cannot say in words: hidden characters, and what kind of place a link leads to."""

from collections.abc import Collection, Mapping, Sequence

from tactful.rulebook import Link, Place, Reading, links_in

_HIDING = {
    "mixed_script": "mixed_script",
    "invisible": "invisible_characters",
    "styled": "fancy_letters",
}
# Domains that cost next to nothing, or are lent out, and so carry much phishing: general knowledge.
_CHEAP = (
    "xyz top club online site icu buzz tk ml ga cf gq cc vip win click live work info biz ru loan "
    "bid men date stream mobi ws"
)
_CHEAP_ENDS = frozenset(_CHEAP.split())
_LENT = ("ngrok.io", "ngrok.app", "webredirect.org", "duckdns.org", "weebly.com", "wixsite.com")
_LURES = ("verify", "secure", "login", "signin", "account", "update", "auth", "confirm",
          "refund", "reward", "claim", "winner", "paypa", "appleid", "wallet", "bank")  # fmt: skip
_PROGRAMS = (".apk", ".exe", ".scr", ".msi", ".bat", ".jar", ".dmg", ".js", ".vbs")
# Numbers that cost the caller extra, or that only businesses of that kind hold: Ofcom's national
# numbering plan (09, 070, 0871 to 0873), North America (900, 976).
_PREMIUM = ("09", "070", "0871", "0872", "0873", "449", "44871", "44872", "44873", "1900", "900")


def signals_of(
    reading: Reading, shorteners: Collection[str], own: Collection[str]
) -> dict[str, list[Place]]:
    """Return what rules find outside of words, by rule, with the places in the text.

    `own` are the domains of the house: empty where it has declared none.
    """
    found: dict[str, list[Place]] = {}
    for one in reading.undone:
        found.setdefault(_HIDING[one.kind], []).append((one.start, one.end))
    for link in links_in(reading):
        for rule in _of_a_link(link, shorteners, own):
            found.setdefault(rule, []).append((link.start, link.end))
    for kind, digits, start, end in reading.tokens:
        if kind == "phone" and len(digits) >= 9 and digits.startswith(_PREMIUM):
            found.setdefault("premium_number", []).append(reading.span(start, end))
    return found


def _of_a_link(link: Link, shorteners: Collection[str], own: Collection[str]) -> Sequence[str]:
    """Return the rules that a link meets."""
    if link.domain in own or any(link.host.endswith(f".{domain}") for domain in own):
        return ("link_without_https",) if link.scheme == "http" else ()
    rules: list[str] = []
    bare = link.host.replace(".", "").isdigit()
    if link.domain in shorteners:
        rules.append("public_shortener")
    elif own:
        rules.append("link_of_another_domain")
    if bare or link.user:
        rules.append("link_hides_its_host")
    if link.scheme == "http":
        rules.append("link_without_https")
    if link.path.partition("?")[0].endswith(_PROGRAMS):
        rules.append("program_linked")
    strange = (
        rules
        or link.punycode
        or link.host.rpartition(".")[2] in _CHEAP_ENDS
        or link.host.endswith(_LENT)
        or _lures(link.domain)
        or link.host.count("-") > 1
    )
    return [*rules, "strange_link"] if strange else ()


def _lures(domain: str) -> bool:
    """Return whether a domain joins a word of trust to something else: `natwest-login.example`."""
    label, _, end = domain.partition(".")
    if end in ("gov", "mil", "edu"):
        return False
    return any(lure in label and len(label) > len(lure) + 2 for lure in _LURES)


def brands_of(facts: Mapping[str, object]) -> tuple[str, ...]:
    """Return the names by which readers know who writes; none where the house has told none."""
    told = facts.get("brands") or facts.get("brand") or facts.get("house") or ()
    brands = (told,) if isinstance(told, str) else told
    return tuple(str(brand) for brand in brands) if isinstance(brands, (tuple, list)) else ()


def domains_of(facts: Mapping[str, object]) -> frozenset[str]:
    """Return the domains that the house has declared as its own."""
    told = facts.get("domains")
    domains = told if isinstance(told, (tuple, list)) else ()
    return frozenset(str(domain).lower().removeprefix("www.") for domain in domains)
