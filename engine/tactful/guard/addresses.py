"""Reads telephone numbers and mail addresses as people write them, or says why it cannot.

A number in use may be messaged; one in a range reserved for fiction is taken too, and marked, since
only the outbox delivers there. What never reaches a person by message, or costs them, is refused.
"""

import re
from functools import cache, lru_cache

import msgspec
import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType, ValidationResult

from tactful.guard.fiction import is_fictional_domain, is_fictional_number
from tactful.guard.zones import Zones, calling_code, prefix_zones


class PhoneRead(msgspec.Struct, frozen=True):
    """A telephone number: E.164 form and what the numbering plans say about it.

    `type` is libphonenumber's name of the kind, such as `MOBILE`. `region` is an ISO 3166 code,
    or `001` for a number of no country. An extension is told apart: a message cannot reach it.
    """

    e164: str
    possible: bool
    valid: bool
    fictional: bool
    type: str
    zones: Zones
    region: str
    extension: str | None = None


class EmailRead(msgspec.Struct, frozen=True):
    """A mail address in normal form. `smtputf8`: its local part needs that extension of SMTP."""

    address: str
    domain: str
    fictional: bool
    smtputf8: bool


class AddressProblem(msgspec.Struct, frozen=True):
    """Why an address cannot be used, in a support lead's words, and how to mend it.

    `read` is what could be made out of a telephone number all the same.
    """

    code: str
    reason: str
    help: str
    read: PhoneRead | None = None


_hidden = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]").search
_around = re.compile(
    r"^\s*tel:|(?:;[a-z-]+=\S*|\s*(?:ext(?:ension|n)?|x|#)[.:\s]*\d{1,9})\s*$", re.IGNORECASE
).sub
# A slash may stand inside one German number (02131/123456): then no 0 or + comes after it.
_several = re.compile(r"\d[\d\s().-]{5,}(?:[,;|]\s*[+(\d]|/\s*[+0])[\d\s().-]{5,}").search
_letter = re.compile(r"[^\W\d_]").search

# NANPA: area codes and exchanges are [2-9]XX, those ending in 11 are service codes, and an area
# code's second digit is never 9.
_is_nanp = re.compile(r"\+1[2-9][0-8]\d[2-9]\d{6}").fullmatch
_is_service = re.compile(r"\+1(?:[2-9]11|\d{3}[2-9]11|\d{3}5551212)").match
_is_costly = re.compile(r"\+1(?:900|[2-9]\d\d976)").match

_COSTLY = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})
_NOBODYS = frozenset(
    {
        PhoneNumberType.UAN,
        PhoneNumberType.PAGER,
        PhoneNumberType.VOICEMAIL,
        PhoneNumberType.PERSONAL_NUMBER,
    }
)
_ALIASES = {"UK": "GB", "EL": "GR"}

_INTERNATIONAL = "Write it in international form, for example +353 87 123 4567."
_HIDDEN = AddressProblem(
    "address_hidden_characters",
    "it holds a line break or another character that cannot be seen",
    "Type the address anew; such characters come from copying.",
)
_EMPTY = AddressProblem("no_address", "it is empty", "Fill it in, or leave this channel out.")
_LETTERS = AddressProblem(
    "phone_letters",
    "it has letters among its digits",
    "Check for O instead of 0 and l or I instead of 1, and write digits only.",
)
_SEVERAL = AddressProblem(
    "phone_several", "it holds more than one number", "Leave the one to be used."
)
_NO_NUMBER = AddressProblem("phone_unreadable", "it is not a telephone number", _INTERNATIONAL)
_NO_COUNTRY = AddressProblem(
    "phone_no_country",
    "it does not say of which country it is",
    "Write it with + and the country's code, or give the audience a `country`.",
)
_BAD_CODE = AddressProblem(
    "phone_unknown_country", "no country has the code that it begins with", _INTERNATIONAL
)
_BAD_SHAPE = AddressProblem(
    "phone_not_in_use",
    "no number of North America looks like this",
    "Check the area code and the three digits after it: neither begins with 0 or 1.",
)
_SERVICE = AddressProblem(
    "phone_service_number", "it is a service number such as 411 or 911", "Ask for a personal one."
)
_SHORT_CODE = AddressProblem(
    "phone_short_code",
    "it is a short code or an emergency number, or digits are missing",
    _INTERNATIONAL,
)
_COSTS = AddressProblem(
    "phone_premium", "who uses it pays extra (premium rate or shared cost)", "Ask for another one."
)
_NO_PERSON = AddressProblem(
    "phone_no_person", "it leads to a company, a pager or a voice mailbox", "Ask for another one."
)
_UNUSED = AddressProblem(
    "phone_not_in_use", "no such number has been given out in its country", "Check its digits."
)
_LENGTHS = {
    ValidationResult.TOO_SHORT: AddressProblem(
        "phone_too_short", "it has too few digits", "Check its last digits."
    ),
    ValidationResult.TOO_LONG: AddressProblem(
        "phone_too_long", "it has too many digits", "Check for digits typed twice, or two numbers."
    ),
    ValidationResult.INVALID_LENGTH: AddressProblem(
        "phone_wrong_length", "no number of its country has that many digits", "Check its digits."
    ),
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: AddressProblem(
        "phone_no_area_code", "its area code is missing", _INTERNATIONAL
    ),
}


def read_phone(raw: str, region: str | None) -> PhoneRead | AddressProblem:
    """Read one number. `region` (ISO 3166, such as `IE`) is whose national form it may have."""
    if _hidden(raw):
        return _HIDDEN
    if not raw.strip():
        return _EMPTY
    region = region.strip().upper() if region else None
    region = _ALIASES.get(region, region) if region else None
    if _several(raw):
        return _SEVERAL
    lettered = _letter(_around("", raw)) is not None
    try:
        number = phonenumbers.parse(raw, region)
    except NumberParseException as error:
        return _unreadable(raw, lettered, error)
    outcome = phonenumbers.is_possible_number_with_reason(number)
    kind = phonenumbers.number_type(number)
    read = _describe(number, outcome, kind)
    problem = _LETTERS if lettered else _unusable(read, outcome, kind)
    return msgspec.structs.replace(problem, read=read) if problem else read


def _describe(number: PhoneNumber, outcome: int, kind: int) -> PhoneRead:
    code = number.country_code or 0
    e164 = f"+{code}{phonenumbers.national_significant_number(number)}"
    # As libphonenumber does: what is not tied to a place has the zones of its country. A number
    # not given out has no kind, yet those of fiction still have a place.
    placed = kind == PhoneNumberType.UNKNOWN or phonenumbers.is_number_type_geographical(kind, code)
    return PhoneRead(
        e164,
        outcome in (ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY),
        kind != PhoneNumberType.UNKNOWN,
        is_fictional_number(e164),
        _kind_name(kind),
        prefix_zones(e164 if placed else str(code)),
        phonenumbers.region_code_for_number(number)
        or phonenumbers.region_code_for_country_code(code),
        number.extension,
    )


@cache
def _kind_name(kind: int) -> str:
    return PhoneNumberType.to_string(kind)


def _unreadable(raw: str, lettered: bool, error: NumberParseException) -> AddressProblem:
    digits = sum(char.isdigit() for char in raw)
    if lettered and digits >= 4:
        return _LETTERS
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return _BAD_CODE if raw.lstrip().startswith(("+", "\uff0b")) else _NO_COUNTRY
    if error.error_type in _PARSE_LENGTHS:
        return _LENGTHS[_PARSE_LENGTHS[error.error_type]]
    return _SHORT_CODE if 0 < digits <= 6 and not lettered else _NO_NUMBER


_PARSE_LENGTHS = {
    NumberParseException.TOO_SHORT_AFTER_IDD: ValidationResult.TOO_SHORT,
    NumberParseException.TOO_SHORT_NSN: ValidationResult.TOO_SHORT,
    NumberParseException.TOO_LONG: ValidationResult.TOO_LONG,
}


def _unusable(read: PhoneRead, outcome: int, kind: int) -> AddressProblem | None:
    """Return why nobody may be messaged at a number, or None."""
    if outcome != ValidationResult.IS_POSSIBLE:
        if outcome == ValidationResult.TOO_SHORT and len(read.e164) <= 9:
            return _SHORT_CODE
        return _LENGTHS.get(outcome, _BAD_CODE)
    if read.e164.startswith("+1"):
        if _is_service(read.e164):
            return _SERVICE
        if not _is_nanp(read.e164):
            return _BAD_SHAPE
        if _is_costly(read.e164):
            return _COSTS
    if read.fictional:
        return None
    if not read.valid:
        return _UNUSED
    if kind in _COSTLY:
        return _COSTS
    return _NO_PERSON if kind in _NOBODYS else None


def read_email(raw: str) -> EmailRead | AddressProblem:
    """Read one mail address (RFC 5321 and 6531); nothing is looked up."""
    if _hidden(raw):
        return _HIDDEN
    address = raw.strip()
    if not address:
        return _EMPTY
    try:
        # A test environment, to the library, is one that takes the domains of RFC 6761 `test`.
        read = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        return _unmailable(address, error)
    return EmailRead(
        read.normalized, read.domain, is_fictional_domain(read.ascii_domain), read.smtputf8
    )


def _unmailable(address: str, error: EmailNotValidError) -> AddressProblem:
    only_one = "Leave one address, and nothing but it, such as ann@example.com."
    if "@" not in address:
        return AddressProblem("email_no_at", "it has no @ sign", only_one)
    if address.count("@") > 1:
        return AddressProblem("email_several", "it has more than one @ sign", only_one)
    if "<" in address or " " in address:
        return AddressProblem("email_with_name", "it holds more than the bare address", only_one)
    reason = re.sub(r"^The email address ", "it ", str(error)).rstrip(".")
    return AddressProblem("email_unreadable", reason, "Check how it is written.")


def mask(address: str) -> str:
    """Return an address as logs and screens show it: enough to recognise, too little to use.

    A sender's name stays: `Acme Care <c•••@example.com>`.
    """
    name, bracket, inner = address.partition("<")
    if bracket:
        return f"{name}<{mask(inner.rstrip('> '))}>"
    if address.startswith("+"):
        address = re.sub(r"[^+\d]", "", address)
        code = str(calling_code(address) or "")
        shown = 4 if len(address) - len(code) > 7 else 2
        return f"+{code} ••• ••• {address[-shown:]}"
    local, at, domain = address.rpartition("@")
    if at:
        return f"{local[:1] if len(local) > 1 else ''}•••@{domain}"
    return f"{address[:1] if len(address) > 3 else ''}•••"


@lru_cache(maxsize=100_000)
def region_of(e164: str) -> str | None:
    """Return the country (ISO 3166) of a number in E.164 form; None when it has none."""
    read = read_phone(e164, None)
    return read.region if isinstance(read, PhoneRead) else None
