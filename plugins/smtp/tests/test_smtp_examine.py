"""`tactful doctor` finds what keeps mail from leaving, or from being believed."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tactful.plugins import Secret
from tactful.runtime.ports import Examined
from tactful_smtp.dkim import Signer
from tactful_smtp.settings import DkimKey
from tests.servers.names import Zone, dns_server
from tests.servers.postfix import smtp_sink
from tests.servers.running import free_port
from tests.servers.smtp import channel

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def made_key(selector: str = "s1") -> DkimKey:
    form = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    text = generate_private_key(65537, 2048).private_bytes(*form).decode()
    return DkimKey(domain="example.com", selector=selector, key=Secret(text, "env DKIM"))


KEY, OTHER = made_key(), made_key()

GOOD: Zone = {
    ("example.com", "MX"): ["10 mail.example.com."],
    ("example.com", "TXT"): ["v=spf1 include:_spf.example.net ~all", "something else"],
    ("_spf.example.net", "TXT"): ["v=spf1 ip4:192.0.2.0/24 a:mail.example.net -all"],
    ("_dmarc.example.com", "TXT"): ["v=DMARC1; p=quarantine"],
    ("s1._domainkey.example.com", "TXT"): [Signer(KEY).record],
    ("bounces.example.com", "MX"): ["10 mail.example.com."],
    ("bounces.example.com", "TXT"): ["v=spf1 ip4:192.0.2.1 -all"],
    ("mail.example.com", "A"): ["192.0.2.1"],
}
LONG = "v=spf1 " + " ".join(f"a:{number}.example.com" for number in range(11)) + " -all"

SICK: dict[str, tuple[dict[tuple[str, str], list[str]], list[str]]] = {
    "well": ({}, []),
    "no SPF": ({("bounces.example.com", "TXT"): []}, ["smtp_spf"]),
    "two SPF records": ({("bounces.example.com", "TXT"): ["v=spf1 -all"] * 2 + ["v=spf1 a -all"]},
                        ["smtp_spf"]),
    "SPF for everybody": ({("bounces.example.com", "TXT"): ["v=spf1 +all"]}, ["smtp_spf_open"]),
    "SPF too long": ({("bounces.example.com", "TXT"): [LONG]}, ["smtp_spf_long"]),
    "SPF in circles": (
        {("bounces.example.com", "TXT"): ["v=spf1 include:bounces.example.com ~all"]},
        ["smtp_spf_long"]),
    "SPF of somebody who has none": (
        {("bounces.example.com", "TXT"): ["v=spf1 include:nobody.example ~all"]}, ["smtp_spf"]),
    "no DKIM": ({("s1._domainkey.example.com", "TXT"): []}, ["smtp_dkim_missing"]),
    "another DKIM key": ({("s1._domainkey.example.com", "TXT"): [Signer(OTHER).record]},
                         ["smtp_dkim_other"]),
    "no DMARC": ({("_dmarc.example.com", "TXT"): []}, ["smtp_dmarc_missing"]),
    "two DMARC records": (
        {("_dmarc.example.com", "TXT"): ["v=DMARC1; p=none", "v=DMARC1; p=reject"]},
        ["smtp_dmarc_many"]),
    "bounces go nowhere": ({("bounces.example.com", "MX"): ["0 ."]}, ["smtp_bounces_lost"]),
}  # fmt: skip


async def codes(folder: Path, port: int, **settings: Any) -> list[str]:
    post = channel(folder, port, **settings)
    findings = await post.examine()
    assert all(one.message and one.help for one in findings)
    return [one.code for one in findings]


@pytest.mark.parametrize("what", SICK)
async def test_what_is_wrong_in_the_dns_is_told(tmp_path: Path, what: str) -> None:
    changed, expected = SICK[what]
    with smtp_sink(keep=False) as sink, dns_server({**GOOD, **changed}) as resolver:
        found = await codes(
            tmp_path, sink.port, resolver=resolver, dkim=[KEY], return_path="bounces.example.com"
        )
    assert found == expected


async def test_a_subdomain_has_the_dmarc_record_of_its_parent(tmp_path: Path) -> None:
    zone: Zone = {
        **GOOD,
        ("mail.example.com", "MX"): ["10 mail.example.com."],
        ("mail.example.com", "TXT"): ["v=spf1 a -all"],
    }
    with smtp_sink(keep=False) as sink, dns_server(zone) as resolver:
        found = await codes(
            tmp_path, sink.port, resolver=resolver, domains=["mail.example.com"],
            return_path="bounces.example.com",
        )  # fmt: skip
    assert found == ["smtp_dkim_none"]


async def test_without_a_return_path_that_is_worth_a_note(tmp_path: Path) -> None:
    with smtp_sink(keep=False) as sink, dns_server(GOOD) as resolver:
        found = await codes(tmp_path, sink.port, resolver=resolver, dkim=[KEY])
    assert found == ["smtp_no_return_path"]


@pytest.mark.parametrize(
    ("options", "code"),
    [(("-q", "CONNECT"), "smtp_unreachable"), (("-f", "CONNECT"), "smtp_unreachable"),
     (("-q", "NOOP"), "smtp_hangs_up")],
)  # fmt: skip
async def test_a_server_that_takes_no_mail_from_us_is_told(
    tmp_path: Path, options: tuple[str, ...], code: str
) -> None:
    with smtp_sink(*options, keep=False) as sink, dns_server(GOOD) as resolver:
        found = await codes(
            tmp_path, sink.port, resolver=resolver, dkim=[KEY], return_path="bounces.example.com"
        )
    assert found == [code]


async def test_where_nobody_listens_and_no_domain_is_known(tmp_path: Path) -> None:
    found = await codes(tmp_path, free_port())
    assert found == ["smtp_unreachable", "smtp_no_return_path", "smtp_domains_unknown"]


async def test_a_silent_dns_is_told_once(tmp_path: Path) -> None:
    with smtp_sink(keep=False) as sink, dns_server(GOOD, well=False) as resolver:
        found = await codes(tmp_path, sink.port, resolver=resolver, dkim=[KEY])
    assert found == ["smtp_dns_silent"]


async def test_doctor_knows_that_it_can_be_examined(tmp_path: Path) -> None:
    assert isinstance(channel(tmp_path, 25), Examined)
