"""Judges the address that a flow sends from, as far as one can without asking anybody."""

from collections.abc import Sequence

from tactful.guard.addresses import AddressProblem, read_email
from tactful.runtime.ports import Finding
from tactful_smtp.headers import split_mailbox
from tactful_smtp.settings import SmtpSettings

FREE = frozenset(
    {
        "aol.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com",
        "live.com", "mail.ru", "me.com", "msn.com", "outlook.com", "proton.me", "protonmail.com",
        "web.de", "yahoo.co.uk", "yahoo.com", "yandex.ru", "ymail.com",
    }
)  # fmt: skip
"""Domains of mailbox providers, whose DMARC policies refuse mail of others in their name."""

_SILENT = ("noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "do_not_reply")


def judge_sender(sender: str, settings: SmtpSettings) -> Sequence[Finding]:
    """Return what is worth telling of a sender such as `Acme Care <care@example.com>`."""
    _, address = split_mailbox(sender)
    read = read_email(address)
    if isinstance(read, AddressProblem):
        return [Finding("error", "smtp_sender_unreadable", read.reason, help=read.help)]
    findings = []
    local, _, domain = read.address.rpartition("@")
    if domain.lower() in FREE:
        findings.append(
            Finding(
                "warning",
                "smtp_sender_free",
                f"mail from @{domain} that is not sent by {domain} itself looks forged, and is "
                "refused or put into spam",
                help="Send from a domain of your own.",
            )
        )
    elif settings.dkim and not any(
        domain == key.domain or domain.endswith(f".{key.domain}") for key in settings.dkim
    ):
        findings.append(
            Finding(
                "warning",
                "smtp_sender_unsigned",
                f"no DKIM key signs for {domain}",
                help=f'Add a [[plugins.smtp.dkim]] table with domain = "{domain}".',
            )
        )
    if local.lower().startswith(_SILENT):
        findings.append(
            Finding(
                "note",
                "smtp_sender_silent",
                f"people cannot answer {read.address}",
                help="Their answers are what a service message is for: take an address that is "
                "read.",
            )
        )
    return findings
