"""Looks, for `tactful doctor`, whether mail can leave and will be believed.

The server is asked as for a real mail, but for the mail: connection, encryption, log-in, NOOP. The
domains are asked in the DNS: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 9989), and a mail server
for what comes back.
"""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from tactful.runtime.ports import Finding
from tactful_smtp.connecting import Connector, NotOpened
from tactful_smtp.dialogue import Lost
from tactful_smtp.dkim import Signer
from tactful_smtp.names import Names, NotAsked
from tactful_smtp.settings import SmtpSettings
from tactful_smtp.spf import SpfProblem, count_lookups, the_record

_NOOP_SECONDS = 30.0
_MOST_LOOKUPS = 10  # RFC 7208, section 4.6.4
_LONGEST_WALK = 8  # RFC 9989: so many steps of the tree walk


async def examine(settings: SmtpSettings, folder: Path) -> Sequence[Finding]:
    """Return what is wrong, each with what to do about it."""
    findings = [one async for one in _server(settings, folder)]
    names = Names(settings.resolver)
    try:
        for domain in settings.sending_domains:
            findings += [one async for one in _domain(domain, settings, names)]
        findings += [one async for one in _return_path(settings, names)]
    except NotAsked as error:
        help_ = "Try again later, or set `resolver` in [plugins.smtp]."
        findings.append(Finding("warning", "smtp_dns_silent", str(error), help=help_))
    if not settings.sending_domains:
        findings.append(
            Finding(
                "note",
                "smtp_domains_unknown",
                "which domains you send from is not known, so the DNS was not asked",
                help='Set domains = ["example.com"] in [plugins.smtp].',
            )
        )
    return findings


async def _server(settings: SmtpSettings, folder: Path) -> AsyncIterator[Finding]:
    host, port = settings.server
    try:
        connection = await Connector(settings, folder).open()
    except NotOpened as error:
        help_ = "Look at `host`, `port`, `tls`, `user` and `password` in [plugins.smtp]."
        yield Finding("error", "smtp_unreachable", str(error), help=help_)
        return
    try:
        well = await connection.dialogue.is_well(b"NOOP\r\n", _NOOP_SECONDS)
    except Lost:
        well = False
    connection.dialogue.quit()
    if not well:
        told = f"{host}:{port} hangs up right after the greeting"
        help_ = "Ask who runs it whether it takes mail from this machine."
        yield Finding("error", "smtp_hangs_up", told, help=help_)
    if not settings.is_this_machine and not connection.encrypted:
        told = f"the connection to {host}:{port} is not encrypted"
        yield Finding("warning", "smtp_unencrypted", told, help='Set tls = "starttls".')


async def _domain(domain: str, settings: SmtpSettings, names: Names) -> AsyncIterator[Finding]:
    async for finding in _spf(domain, settings, names):
        yield finding
    async for finding in _dkim(domain, settings, names):
        yield finding
    async for finding in _dmarc(domain, names):
        yield finding
    if not await names.mail_servers(domain) and not await names.is_there(domain):
        told = f"{domain} takes no mail, so nobody can answer"
        help_ = f"Add an MX record for {domain}, or send from another domain."
        yield Finding("warning", "smtp_no_answers", told, help=help_)


async def _spf(domain: str, settings: SmtpSettings, names: Names) -> AsyncIterator[Finding]:
    """Look at the record of the domain in the return path: that is what receivers check."""
    domain = settings.return_path.rpartition("@")[2] or domain
    try:
        record = await the_record(domain, names)
        lookups = await count_lookups(domain, names)
    except SpfProblem as problem:
        yield Finding("error", "smtp_spf", f"SPF of {domain}: {problem}", help=problem.help)
        return
    if lookups > _MOST_LOOKUPS:
        told = f"SPF of {domain} needs {lookups} look-ups, and receivers stop after {_MOST_LOOKUPS}"
        yield Finding("error", "smtp_spf_long", told, help="Take out what sends no mail for you.")
    if record.split()[-1].lower() in ("+all", "all"):
        told = f"SPF of {domain} lets everybody send in its name"
        yield Finding("error", "smtp_spf_open", told, help="End it with ~all or -all.")


async def _dkim(domain: str, settings: SmtpSettings, names: Names) -> AsyncIterator[Finding]:
    keys = [Signer(key) for key in settings.dkim]
    ours = [key for key in keys if key.signs_for(domain)]
    if not ours:
        told = f"no DKIM key of ours signs for {domain}"
        help_ = "If your server signs, all is well; else add a [[plugins.smtp.dkim]] table."
        yield Finding("note", "smtp_dkim_none", told, help=help_)
    for key in ours:
        place = f"{key.selector}._domainkey.{key.domain}"
        records = [one for one in await names.texts(place) if "p=" in one]
        if not records:
            told = f"there is no DKIM record at {place}, so signatures fail"
            help_ = f"Publish a TXT record there: {key.record}"
            yield Finding("error", "smtp_dkim_missing", told, help=help_)
        elif not any(key.matches(record) for record in records):
            told = f"the DKIM record at {place} is of another key, so signatures fail"
            help_ = f"Publish the one of this key: {key.record}"
            yield Finding("error", "smtp_dkim_other", told, help=help_)


async def _dmarc(domain: str, names: Names) -> AsyncIterator[Finding]:
    """Walk up the tree until there is a record, as receivers do (RFC 9989)."""
    labels = domain.split(".")
    for at in range(min(len(labels) - 1, _LONGEST_WALK)):
        place = "_dmarc." + ".".join(labels[at:])
        records = [
            one for one in await names.texts(place) if one.replace(" ", "").startswith("v=DMARC1")
        ]
        if len(records) > 1:
            told = f"{place} has {len(records)} DMARC records, so receivers take none"
            yield Finding("error", "smtp_dmarc_many", told, help="Leave one of them.")
        if records:
            return
    told = f"{domain} has no DMARC record; Gmail, Yahoo and Outlook ask for one of who sends much"
    help_ = f'Publish a TXT record at _dmarc.{domain}: "v=DMARC1; p=none; rua=mailto:…".'
    yield Finding("warning", "smtp_dmarc_missing", told, help=help_)


async def _return_path(settings: SmtpSettings, names: Names) -> AsyncIterator[Finding]:
    domain = settings.return_path.rpartition("@")[2]
    if not domain:
        told = "bounces go to the sender's own mailbox, and tell nobody which message bounced"
        help_ = 'Set return_path = "bounces.example.com" in [plugins.smtp].'
        yield Finding("note", "smtp_no_return_path", told, help=help_)
    elif not await names.mail_servers(domain) and not await names.is_there(domain):
        told = f"{domain}, where bounces go, takes no mail"
        help_ = f"Add an MX record for {domain}."
        yield Finding("error", "smtp_bounces_lost", told, help=help_)
