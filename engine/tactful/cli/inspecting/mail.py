"""`tactful inspect mail`: what a returned or answered mail is, and whom it is about."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import click
import msgspec

from tactful.cli.inspecting.bulk import answer_lines
from tactful.cli.options import format_option
from tactful.cli.output import json_page, say
from tactful.errors import MailUnreadable
from tactful.mail import MOST_BYTES, Recipient, Returned, read_mail


class Asked(msgspec.Struct):
    """One line of the input: where a mail is."""

    path: str


class Told(msgspec.Struct, rename={"hardness": "class"}):
    """One line of the output. `class` is `hard` when every one of `addresses` is gone for good."""

    kind: str
    hardness: Literal["hard", "soft"] | None
    addresses: list[str]
    status: str | None
    reason: str | None
    recipients: list[Recipient]


@click.command()
@click.argument("paths", nargs=-1, metavar="PATH...", type=click.Path(path_type=Path))
@format_option("human", "json", "jsonl")
def command(paths: tuple[Path, ...], form: str) -> None:
    """Say what a returned or answered mail is, and whom it is about.

    A `bounce` was given up. It is `hard` when its address is gone for good, so that Tactful would
    write there no more; all else that fails is `soft`. A `complaint` is a person's, an `auto_reply`
    a machine's, a `reply` a person's answer. A delay is `other`: it is still being tried.

    With `--format json` several mails make a list. With `--format jsonl`: in `path`, out `kind,
    class, addresses, status, reason, recipients`.

    \b
    Example:
      tactful inspect mail bounce.eml
      ls -1 mails/*.eml | jq -cR '{path: .}' | tactful inspect mail --format jsonl
    """
    if form == "jsonl":
        if paths:
            raise click.UsageError("With `--format jsonl` the paths come from stdin.")
        answer_lines(Asked, lambda asked: tell(read(Path(asked.path))))
    elif not paths:
        raise click.UsageError("Give the PATH of a mail, as a file.")
    elif form == "json":
        _print_json(paths)
    else:
        for path in paths:
            _show(path, read(path))


def read(path: Path) -> Returned:
    """Read a mail from a file. Raises `MailUnreadable`."""
    try:
        with path.open("rb") as file:
            return read_mail(file.read(MOST_BYTES))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise MailUnreadable(
            f"`{path}` cannot be read: {why}", help="A mail is one file, such as `bounce.eml`."
        ) from error


def tell(mail: Returned) -> Told:
    """Return what is told of a mail; what is not known is null or empty."""
    return Told(
        mail.kind,
        mail.hardness,
        mail.addresses,
        mail.status or None,
        mail.reason or None,
        mail.recipients,
    )


def _print_json(paths: Sequence[Path]) -> None:
    told = [tell(read(path)) for path in paths]
    if len(told) == 1:
        json_page(msgspec.to_builtins(told[0]))
        return
    rows = zip(paths, told, strict=True)
    json_page([{"path": str(path), **msgspec.to_builtins(one)} for path, one in rows])


_KINDS = {
    "bounce": "It came back: a bounce.",
    "complaint": "A complaint: a person told their provider that it was unwanted.",
    "auto_reply": "An automatic answer. Nobody has read your mail yet.",
    "reply": "A person's answer.",
    "other": "None of what Tactful acts on.",
}
_SPECIAL = {
    "delayed": "A delay, no bounce: it is still being tried.",
    "delivered": "A receipt: it was delivered.",
    "unsubscribe": "A person wants no more mail.",
    "read_receipt": "A receipt that it was displayed.",
    "auth-failure": "A report of failed authentication: about your DNS, from no person.",
    "not-spam": "A person says that it was no spam.",
}
_REASONS = {
    "unknown_address": "there is no such address",
    "unknown_host": "there is no such mail domain",
    "moved": "the person has moved away",
    "takes_no_mail": "the domain takes no mail",
    "mailbox_full": "the mailbox is full",
    "too_big": "the mail is too big",
    "system_full": "the other system has no room",
    "disabled": "the mailbox is switched off",
    "virus": "a virus was found in it",
    "sender_refused": "it was refused for its sender, its content or a policy, not for its address",
    "not_delivered_in_time": "the other system could not be reached, or not for long enough",
    "undelivered": "it does not say why",
}


def _show(path: Path, mail: Returned) -> None:
    say(str(path), "bold")
    say(f"  {_SPECIAL.get(mail.reason) or _KINDS[mail.kind]}")
    if mail.kind != "bounce":
        for address in mail.addresses:
            say(f"  {'from' if mail.kind in ('reply', 'auto_reply') else 'about'} {address}")
        return
    for recipient in mail.recipients:
        _show_recipient(recipient)


def _show_recipient(recipient: Recipient) -> None:
    hard = recipient.hardness == "hard"
    status = f" ({recipient.status})" if recipient.status else ""
    reason = _REASONS.get(recipient.reason, recipient.reason)
    say(f"  {recipient.address or 'address not named'}: {recipient.hardness}, {reason}{status}",
        "red" if hard else "yellow", hang=4)  # fmt: skip
    if recipient.said:
        say(f"    “{recipient.said}”", "dim", hang=4)
    if hard and recipient.address:
        say("    Gone for good: Tactful would write there no more.")
