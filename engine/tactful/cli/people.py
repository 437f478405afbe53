"""Addresses as people type them on the command line, in the form that the store keeps."""

from tactful.errors import TactfulError, ValueUnreadable
from tactful.graph.channels import ADDRESSED_BY
from tactful.guard.addresses import AddressProblem, read_email, read_phone

CHANNELS = tuple(ADDRESSED_BY)


def usual_channel(address: str) -> str:
    """Return the channel that an address is most likely meant for."""
    return "email" if "@" in address else "sms"


def read_address(raw: str, channel: str) -> str:
    """Return an address of a channel in normal form. Raises `ValueUnreadable`."""
    kind = ADDRESSED_BY[channel]
    if kind == "phone":
        phone = read_phone(raw, None)
        return phone.e164 if not isinstance(phone, AddressProblem) else _refuse(raw, phone)
    if kind == "email":
        email = read_email(raw)
        return email.address if not isinstance(email, AddressProblem) else _refuse(raw, email)
    if not raw.strip():
        raise TactfulError("The address is empty")
    return raw.strip()


def _refuse(raw: str, problem: AddressProblem) -> str:
    raise ValueUnreadable(f"`{raw}` cannot be used: {problem.reason}", help=problem.help)
