"""What replies of mail servers mean: the rules of `replies.toml`, by examples from the field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.values import HOUR
from tactful_smtp.replies import Means, Reply, Stage, meaning

TOLD: tuple[tuple[str, Stage, Means, bool], ...] = (
    # ---- not now --------------------------------------------------------------------------------
    ("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred", "mail", "later", True),
    ("421 4.7.28 Our system has detected an unusual rate of mail", "dot", "later", True),
    ("421 Service not available, closing transmission channel", "connect", "later", True),
    ("450 4.2.1 The user you are trying to contact is receiving mail too quickly", "rcpt", "later",
     False),
    ("450 4.7.1 Greylisted, see http://example.com/greylist", "rcpt", "later", False),
    ("451 4.3.0 Temporary local problem", "dot", "later", False),
    ("452 4.2.2 The recipient's inbox is out of storage space", "rcpt", "later", False),
    ("452 4.5.3 Too many recipients", "rcpt", "later", False),
    ("454 4.7.0 Temporary authentication failure", "connect", "later", False),
    ("451 4.7.500 Server busy: too many connections", "mail", "later", True),
    ("550 5.4.5 Daily user sending limit exceeded", "dot", "later", True),
    ("552 5.2.2 Mailbox full", "rcpt", "later", False),
    ("552 Too many recipients", "rcpt", "later", False),
    ("550 4.4.7 Message expired", "rcpt", "later", False),
    ("450 5.1.1 Who is that?", "rcpt", "later", False),
    # ---- the address ----------------------------------------------------------------------------
    ("550 5.1.1 The email account that you tried to reach does not exist", "rcpt", "recipient",
     False),
    ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found", "rcpt", "recipient", False),
    ("550 5.2.1 The email account that you tried to reach is disabled", "rcpt", "recipient", False),
    ("553 5.1.3 The recipient address is not a valid RFC 5321 address", "rcpt", "recipient", False),
    ("551 5.1.6 User has moved", "rcpt", "recipient", False),
    ("556 5.1.10 Recipient address has null MX", "rcpt", "recipient", False),
    ("550 No such user here", "rcpt", "recipient", False),
    ("550 Requested action not taken: mailbox unavailable", "rcpt", "recipient", False),
    # ---- us -------------------------------------------------------------------------------------
    ("530 5.7.0 Authentication Required", "mail", "configuration", False),
    ("535 5.7.8 Username and Password not accepted", "connect", "configuration", False),
    ("550 5.7.26 This mail is unauthenticated", "dot", "configuration", False),
    ("550 5.7.515 Access denied, sending domain does not meet the required level", "dot",
     "configuration", False),
    ("554 5.7.1 <p@example.net>: Relay access denied", "rcpt", "configuration", False),
    ("553 5.1.8 Sender address rejected", "mail", "configuration", False),
    ("552 5.3.4 Message size exceeds fixed limit", "mail", "configuration", False),
    ("552 5.2.3 Message exceeds maximum fixed size", "dot", "configuration", False),
    ("503 5.5.1 Bad sequence of commands", "data", "configuration", False),
    ("550 5.6.0 Lone CR or LF", "dot", "configuration", False),
    # ---- what they think of us ------------------------------------------------------------------
    ("550 5.7.1 Our system has detected that this message is likely unsolicited", "dot", "policy",
     False),
    ("554 5.7.1 Message rejected as spam", "dot", "policy", False),
    ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked", "rcpt", "policy", False),
    ("550 Your address is on a blocklist", "rcpt", "policy", False),
    ("554 Transaction failed", "dot", "policy", False),
    ("550 Content refused", "dot", "policy", False),
    ("521 5.3.2 Host does not accept mail", "rcpt", "policy", False),
)  # fmt: skip


@pytest.mark.parametrize(("told", "stage", "means", "host"), TOLD)
def test_a_reply_means(told: str, stage: Stage, means: Means, host: bool) -> None:
    found = meaning(Reply(int(told[:3]), told[4:]), stage)
    assert (found.means, found.host) == (means, host), found
    assert found.why


def test_a_full_mailbox_and_a_limit_get_more_time_than_greylisting() -> None:
    assert meaning(Reply(452, "4.2.2 Full"), "rcpt").after == 4 * HOUR
    assert meaning(Reply(550, "5.4.5 Daily sending quota exceeded"), "dot").after == HOUR
    assert meaning(Reply(450, "4.7.1 Greylisted"), "rcpt").after is None


STAGES: tuple[Stage, ...] = ("connect", "mail", "rcpt", "data", "dot")
SPEAK_OF_THE_ADDRESS = {"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"}


@given(
    st.integers(400, 599), st.integers(4, 5), st.integers(0, 7), st.integers(0, 600),
    st.sampled_from(STAGES), st.text(max_size=60),
)  # fmt: skip
def test_only_a_few_codes_ever_blame_the_address(
    code: int, kind: int, subject: int, detail: int, stage: Stage, text: str
) -> None:
    found = meaning(Reply(code, f"{kind}.{subject}.{detail} {text}"), stage)
    if found.means == "recipient":
        assert f"{subject}.{detail}" in SPEAK_OF_THE_ADDRESS
        assert (code >= 500, kind) == (True, 5)
    if code < 500 or kind == 4:
        assert found.means == "later"


@given(st.integers(0, 999), st.text(), st.sampled_from(STAGES))
def test_every_reply_means_something_and_is_told_in_one_line(
    code: int, text: str, stage: Stage
) -> None:
    reply = Reply(code, text)
    assert meaning(reply, stage).why
    assert len(str(reply).splitlines()) == 1
