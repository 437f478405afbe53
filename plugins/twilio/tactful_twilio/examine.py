"""Looks into the account over the network, for `tactful doctor`; nothing is sent to anybody."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from tactful.runtime.ports import Finding
from tactful_twilio.account import Account, Clients
from tactful_twilio.hooks import Hooks
from tactful_twilio.senders import read_sender
from tactful_twilio.settings import TwilioSettings

_SENT_FROM = ("number", "toll-free")
_MOST_NUMBERS = 200


async def examine(account: Account, settings: TwilioSettings, hooks: Hooks) -> Sequence[Finding]:
    """Say what is wrong with the account, its services and its senders."""
    clients = await account.clients()
    found = [*_callbacks(hooks)]
    wrong = await _account(clients, settings)
    found += wrong
    if any(one.severity == "error" for one in wrong):
        return found  # nothing else would be answered
    for service in _services(settings):
        found += await _service(clients, service)
    found += await _numbers(clients, settings)
    return found


def _callbacks(hooks: Hooks) -> Iterable[Finding]:
    if not hooks.public:
        yield Finding(
            "warning",
            "twilio_not_called_back",
            "Twilio cannot reach us: what becomes of messages and what people answer is not heard",
            help="Set [server] public_url, and run `tactful serve`.",
        )


async def _account(clients: Clients, settings: TwilioSettings) -> list[Finding]:
    fetched, wrong = await _asked(
        lambda: clients.owner.api.v2010.accounts(settings.account_sid).fetch_async(),
        "the account",
        "Check account_sid and auth_token under [plugins.twilio].",
    )
    if wrong is not None:
        return [wrong]
    if fetched.status != "active":
        return [
            Finding(
                "error",
                "twilio_account_not_active",
                f"the Twilio account is {fetched.status}",
                help="Look at the account in Twilio's console.",
            )
        ]
    if str(fetched.type).casefold() == "trial":
        return [
            Finding(
                "warning",
                "twilio_trial",
                "the Twilio account is a trial: it reaches verified numbers only, and says in "
                "every text that it is one",
                help="Upgrade it in Twilio's console.",
            )
        ]
    return []


def _services(settings: TwilioSettings) -> Sequence[str]:
    named = [settings.messaging_service]
    named += [one.messaging_service for one in settings.senders.values()]
    named += [name for name in settings.senders if _kind(name) == "service"]
    return list(dict.fromkeys(one for one in named if one is not None))


async def _service(clients: Clients, sid: str) -> list[Finding]:
    _, wrong = await _asked(
        lambda: clients.work.messaging.v1.services(sid).fetch_async(),
        f"the messaging service {sid}",
        "Check messaging_service under [plugins.twilio].",
    )
    return [] if wrong is None else [wrong]


async def _numbers(clients: Clients, settings: TwilioSettings) -> list[Finding]:
    owned, wrong = await _asked(
        lambda: clients.work.incoming_phone_numbers.list_async(
            limit=_MOST_NUMBERS, page_size=_MOST_NUMBERS
        ),
        "the numbers of the account",
        "Check the permissions of the API key.",
    )
    if wrong is not None:
        return [wrong]
    by_number = {one.phone_number: one for one in owned}
    if not by_number and not _services(settings):
        return [
            Finding(
                "warning",
                "twilio_no_numbers",
                "the account has no numbers, and no messaging service is set",
                help="Buy a number in Twilio's console.",
            )
        ]
    senders = [name for name in settings.senders if _kind(name) in _SENT_FROM]
    all_listed = len(owned) < _MOST_NUMBERS
    missing = [sender for sender in senders if sender not in by_number] if all_listed else []
    verified = await _verified(clients) if missing else frozenset()
    found = [_not_owned(sender, verified=sender in verified) for sender in missing]
    for sender in senders:
        if sender in by_number:
            found += _lacks(sender, by_number[sender])
    return found


async def _verified(clients: Clients) -> frozenset[str]:
    """Return the numbers of other providers that the account may call from, if it tells them."""
    callers, _ = await _asked(
        lambda: clients.work.outgoing_caller_ids.list_async(
            limit=_MOST_NUMBERS, page_size=_MOST_NUMBERS
        ),
        "the verified callers",
        "",
    )
    return frozenset(one.phone_number for one in callers or ())


def _not_owned(sender: str, *, verified: bool) -> Finding:
    if verified:
        return Finding(
            "note",
            "twilio_number_verified",
            f"{sender} is verified: it can call, and cannot text",
            help="Text from a number of the account.",
        )
    return Finding(
        "error",
        "twilio_number_not_owned",
        f"{sender} is not a number of this account",
        help="Check its digits, or buy it. To call from a number of your own, verify it "
        "in Twilio's console.",
    )


def _lacks(sender: str, owned: Any) -> Iterable[Finding]:
    can = _capabilities(owned.capabilities)
    for medium in ("sms", "voice"):
        if not can.get(medium, True):
            yield Finding(
                "warning",
                f"twilio_number_no_{medium}",
                f"{sender} cannot send {'texts' if medium == 'sms' else 'calls'}",
                help="Use another number for it.",
            )


def _capabilities(told: Any) -> Mapping[str, bool]:
    """Return what a number can; the API has written the names in capitals and in small letters."""
    return {str(name).lower(): bool(can) for name, can in dict(told or {}).items()}


def _kind(name: str) -> str:
    return getattr(read_sender(name), "kind", "")


def _status(error: Exception) -> object:
    """Return the HTTP status; of a list, the SDK hides it in the answer behind its message."""
    answers = [getattr(one, "status_code", None) for one in error.args]
    found = [one for one in (getattr(error, "status", None), *answers) if one is not None]
    return found[0] if found else "unknown"


async def _asked(
    ask: Callable[[], Awaitable[Any]], what: str, help: str
) -> tuple[Any, Finding | None]:
    """Ask Twilio, and return its answer, or what is wrong."""
    from twilio.base.exceptions import TwilioException

    from tactful_twilio.transport import AnswerLost, NotSent

    try:
        return await ask(), None
    except (NotSent, AnswerLost) as error:
        told = f"Twilio could not be asked for {what}: {error}"
        return None, Finding(
            "error", "twilio_not_reached", told, help="Check the network, and try again."
        )
    except TwilioException as error:
        told = f"Twilio does not show {what} (status {_status(error)})"
        return None, Finding("error", "twilio_refused", told, help=help)
    except (ValueError, TypeError, LookupError, AttributeError):
        told = f"what Twilio answered about {what} cannot be read"
        return None, Finding(
            "error", "twilio_unreadable", told, help="Check base_url under [plugins.twilio]."
        )
