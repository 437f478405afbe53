"""Reads SPF records (RFC 7208) as far as a sender must know: is there one, is it short enough."""

from tactful_smtp.names import Names

_DEEPEST = 12
_LOOKED_UP = ("a", "mx", "ptr", "exists", "include", "redirect")


class SpfProblem(Exception):
    """A record is no good. `help` says how to mend it."""

    def __init__(self, what: str, help: str) -> None:
        super().__init__(what)
        self.help = help


async def the_record(domain: str, names: Names) -> str:
    """Return the one record of a domain. Raises `SpfProblem`, `NotAsked`."""
    records = [one for one in await names.texts(domain) if _is_spf(one)]
    if not records:
        raise SpfProblem(
            "there is no record",
            f'Publish a TXT record at {domain}, for example "v=spf1 include:… ~all", as your mail '
            "provider says.",
        )
    if len(records) > 1:
        raise SpfProblem(f"there are {len(records)} records", "Put them into one.")
    return records[0]


async def count_lookups(domain: str, names: Names, deep: int = 0) -> int:
    """Return how many look-ups a record costs its readers (section 4.6.4), includes and all.

    Raises `SpfProblem`, `NotAsked`.
    """
    if deep > _DEEPEST:
        return _DEEPEST
    count = 0
    for term in (await the_record(domain, names)).lower().split()[1:]:
        name, target = _parted(term.lstrip("+-~?"))
        if name not in _LOOKED_UP:
            continue
        count += 1
        if name in ("include", "redirect") and "%" not in target and target:
            count += await count_lookups(target, names, deep + 1)
    return count


def _is_spf(text: str) -> bool:
    return text.lower().split(" ")[0] == "v=spf1"


def _parted(term: str) -> tuple[str, str]:
    for sign in ":=/":
        name, found, target = term.partition(sign)
        if found:
            return name, target
    return term, ""
