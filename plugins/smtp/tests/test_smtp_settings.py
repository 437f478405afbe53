"""Settings: what is wrong is told with its line and a way out; senders are judged by them."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tactful.errors import PluginInvalid
from tactful.plugins.config import parse_config
from tactful.plugins.manager import Plugins
from tactful_smtp import SmtpSettings
from tactful_smtp.senders import judge_sender
from tests.docs.fences import fences
from tests.house.source import ROOT

KEY = (
    Ed25519PrivateKey.generate()
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)
ENVIRON = {"SMTP_PASSWORD": "quite secret", "SMTP_DKIM": "no key"}


def plugins(folder: Path, config: str) -> Plugins:
    return Plugins(
        parse_config(f"[plugins.smtp]\n{config}", folder / "tactful.toml"),
        data_folder=folder / ".tactful",
        environ=ENVIRON,
    )


def test_the_channel_is_found_and_makes_nothing_before_it_sends(tmp_path: Path) -> None:
    channels = plugins(tmp_path, 'host = "smtp.example.com"').channels()
    assert channels.supplier("smtp") == "smtp"
    assert list(channels.need("smtp").media) == ["email"]
    assert list(tmp_path.iterdir()) == []


WRONG = [
    ("", "`plugins.smtp.host` is missing"),
    ('host = ""', "`plugins.smtp.host` is missing"),
    ('host = "smtp.example.com/x"', "not the name of a server"),
    ('hots = "smtp.example.com"', "did you mean `host`"),
    ('host = "h.example"\ntls = "ssl"', "should be 'implicit', 'starttls'"),
    ('host = "h.example"\ntls = "none"', "would not be encrypted"),
    ('host = "h.example"\npassword = "secret"', "does not stand in the file itself"),
    ('host = "h.example"\nuser = "care"', "belong together"),
    ('host = "h.example"\ntls = "opportunistic"\nuser = "care"\n'
     'password = { env = "SMTP_PASSWORD" }', "surely encrypted"),
    ('host = "h.example"\npassword = { env = "NOT_THERE" }\nuser = "x"', "NOT_THERE"),
    ('host = "h.example"\nreturn_path = "bounces"', "not a domain"),
    ('host = "h.example"\nreturn_path = "a+b@example.com"', "cannot take bounces"),
    ('host = "h.example"\nsource = "somewhere"', "not an address of this machine"),
    ('host = "h.example"\nretry_after = []', "at least 1 item"),
    ('host = "h.example"\nconnections = 0', "greater than or equal to 1"),
    ('host = "h.example"\nunsubscribe = "always"', "public address"),
    ('host = "h.example"\n[plugins.smtp.brand]\ncolour = "red"', "not a colour"),
    ('host = "h.example"\n[plugins.smtp.brand]\nlogo = "logo.png"', "begins with https"),
    ('host = "h.example"\n[plugins.smtp.timeouts]\ndot = "soon"', "length of time"),
    ('host = "h.example"\n[[plugins.smtp.dkim]]\ndomain = "example.com"\nselector = "s"\n'
     'key = { env = "SMTP_DKIM" }', "cannot be read"),
    ('host = "h.example"\n[[plugins.smtp.dkim]]\ndomain = "example"\nselector = "s"\n'
     'key = { env = "SMTP_DKIM" }', "not a domain"),
]  # fmt: skip


@pytest.mark.promise("CLOSED", "SECRET")
@pytest.mark.parametrize(("config", "says"), WRONG, ids=[says for _, says in WRONG])
def test_a_wrong_setting_switches_the_channel_off_and_says_why(
    tmp_path: Path, config: str, says: str
) -> None:
    with pytest.raises(PluginInvalid) as raised:
        plugins(tmp_path, config).channels().need("smtp")
    told = f"{raised.value.message} {raised.value.help}"
    assert says.casefold() in told.casefold()
    assert "quite secret" not in told


@pytest.mark.parametrize(
    ("sender", "codes"),
    [
        ("Acme <care@example.com>", []),
        ("care@mail.example.com", []),
        ("care@example.org", ["smtp_sender_unsigned"]),
        ("Acme <acme.care@gmail.com>", ["smtp_sender_free"]),
        ("no-reply@example.com", ["smtp_sender_silent"]),
        ("NoReply@Outlook.com", ["smtp_sender_free", "smtp_sender_silent"]),
        ("Acme", ["smtp_sender_unreadable"]),
        ("", ["smtp_sender_unreadable"]),
        ("care@example", ["smtp_sender_unreadable"]),
    ],
)
def test_senders_are_judged(sender: str, codes: list[str]) -> None:
    settings = SmtpSettings.model_construct(
        dkim=[type("Key", (), {"domain": "example.com"})()]  # a domain is all that is asked
    )
    found = judge_sender(sender, settings)
    assert [one.code for one in found] == codes
    assert all(one.help for one in found)


def test_the_settings_of_the_documentation_are_good(tmp_path: Path) -> None:
    (tmp_path / "dkim.pem").write_text(KEY)
    shown = [one.text for one in fences(ROOT / "docs" / "how-to" / "send-email.md")
             if one.language == "toml"]  # fmt: skip
    assert len(shown) == 4
    for text in shown:
        whole = text if "[plugins.smtp]" in text else f'[plugins.smtp]\nhost = "h.example"\n{text}'
        made = Plugins(
            parse_config(whole, tmp_path / "tactful.toml"), data_folder=tmp_path, environ=ENVIRON
        )
        assert "smtp" in made.channels()


def test_the_settings_of_the_readme_are_good(tmp_path: Path) -> None:
    readme = Path(__file__).parents[1] / "README.md"
    toml = readme.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    made = Plugins(
        parse_config(toml, tmp_path / "tactful.toml"), data_folder=tmp_path, environ=ENVIRON
    )
    assert "smtp" in made.channels()
