"""The configuration is read strictly, and its mistakes say where they are and how to mend them."""

from pathlib import Path

import pytest

from tactful.errors import ConfigInvalid
from tactful.language.rules.context import HOUSE_CEILING
from tactful.language.sources import Hosts
from tactful.plugins.config import Config, find_config, load_config, parse_config
from tactful.plugins.places import line_of
from tactful.values import Duration, Money, Rate

PATH = Path("/somewhere/tactful.toml")


def parse(text: str) -> Config:
    return parse_config(text, PATH)


def test_everything_has_a_default(tmp_path: Path) -> None:
    config = parse("")
    assert config.limits.per_address_per_day == 25
    assert config.limits.throttle_ceiling == HOUSE_CEILING
    assert not config.limits.require_consent
    assert config.plugins.allow is None
    assert config.prices.of("sms", "IE") is None


def test_all_settings_are_read() -> None:
    config = parse(
        """
        [prices]
        sms = { IE = "0.07 EUR", default = "0.09 EUR" }
        email = "0.001 EUR"
        [limits]
        per_address_per_day = 3
        call_timeout = "10 seconds"
        max_open = 8
        throttle_ceiling = "200 per minute"
        require_consent = true
        [plugins]
        block = ["a"]
        allow = ["b", "c"]
        require = ["b >= 1.2, < 2"]
        [plugins.b]
        anything = 1
        """
    )
    assert config.prices.of("sms", "IE") == Money.parse("0.07 EUR")
    assert config.prices.of("sms", "DE") == Money.parse("0.09 EUR")
    assert config.prices.of("sms", None) == Money.parse("0.09 EUR")
    assert config.prices.of("email", "IE") == Money.parse("0.001 EUR")
    assert config.prices.of("voice", "IE") is None
    assert config.limits.per_address_per_day == 3
    assert config.limits.call_timeout == Duration.parse("10 seconds")
    assert config.limits.throttle_ceiling == Rate.parse("200 per minute")
    assert config.limits.require_consent
    assert config.plugins.block == ("a",)
    assert config.plugins.allow == ("b", "c")
    assert [required.text for required in config.plugins.require] == ["b >= 1.2, < 2"]
    assert config.plugins.settings == {"b": {"anything": 1}}


SLIPS = [
    ("[limits]\nper_adress_per_day = 3", 2, "per_adress_per_day", "`per_address_per_day`"),
    ("\n[limts]\nmax_open = 3", 2, "limts", "`limits`"),
    ('[limits]\nmax_open = "3"', 2, "limits.max_open", ""),
    ("[limits]\nmax_open = 0", 2, "limits.max_open", ""),
    ("[limits]\nrequire_consent = 1", 2, "limits.require_consent", ""),
    ('[limits]\ncall_timeout = "24hrsx"', 2, "limits.call_timeout", "hours"),
    ('[limits]\ncall_timeout = "0 seconds"', 2, "limits.call_timeout", "30 seconds"),
    ('[limits]\nthrottle_ceiling = "200"', 2, "throttle_ceiling", "10 per 5 minutes"),
    ('[limits]\nthrottle_ceiling = "0 per minute"', 2, "throttle_ceiling", ""),
    ('[prices]\nsms = "0.05"', 2, "prices.sms", "0.05 EUR"),
    ('[prices]\nsms = { IE = "free" }', 2, "prices.sms.IE", ""),
    ('[prices]\nsms = { ireland = "0.05 EUR" }', 1, "ireland", "capitals"),
    ('[prices]\nsmss = "0.05 EUR"', 1, "smss", "`sms`"),
    ("[plugins]\nblok = ['a']", 2, "blok", "`block`"),
    ("[plugins]\nblock = 'a'", 2, "plugins.block", "["),
    ("[plugins]\nrequire = ['csv => 1']", 2, "csv => 1", "csv >= 0.1"),
    ("[plugins]\nrequire = 'csv'", 2, "plugins.require", "csv >= 0.1"),
]


@pytest.mark.promise("CLOSED")
@pytest.mark.parametrize(("text", "line", "what", "mend"), SLIPS)
def test_a_slip_is_told_with_its_line_and_a_way_out(
    text: str, line: int, what: str, mend: str
) -> None:
    with pytest.raises(ConfigInvalid) as raised:
        parse(text)
    assert raised.value.message.startswith(f"tactful.toml:{line}: ")
    assert what in raised.value.message
    assert mend in raised.value.help


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigInvalid) as raised:
        parse("[limits]\nmax_open = 0\nmax_opne = 1\n[plugins]\nblock = 1")
    lines = raised.value.message.splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        f"tactful.toml:{number}" for number in (2, 3, 5)
    ]


def test_what_is_not_toml_is_told_with_its_place() -> None:
    with pytest.raises(ConfigInvalid, match="line 2"):
        parse("[limits]\nmax_open = = 1\n")


def test_the_nearest_file_upward_is_found(tmp_path: Path) -> None:
    below = tmp_path / "flows" / "late"
    below.mkdir(parents=True)
    (tmp_path / "tactful.toml").write_text("[limits]\nmax_open = 7\n", encoding="utf-8")
    assert find_config(below) == tmp_path / "tactful.toml"
    config = load_config(near=below)
    assert config.limits.max_open == 7
    assert config.folder == tmp_path


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match=r"other\.toml cannot be read"):
        load_config(tmp_path / "other.toml", near=tmp_path)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("a",), 1),
        (("a", "x"), 2),
        (("a", "b.c", "y"), 4),
        (("a", "b.c", "z"), 3),
        (("d", "e", "f"), 5),
        (("nothing",), None),
    ],
)
def test_a_setting_is_found_by_its_keys(keys: tuple[str, ...], line: int | None) -> None:
    text = '[a]\nx = 1\n[a."b.c"]\ny = 2\nd.e = {}\n'.replace("d.e", "[d]\ne")
    expected = {5: 6}.get(line, line) if line else None
    assert line_of(text, keys) == expected


def test_hosts_and_secrets_are_read_and_no_secret_is_looked_up_before_its_use() -> None:
    config = parse(
        """
        [network]
        allow = ["grid.example.com", "127.0.0.1:8123"]
        [secrets]
        grid_token = { env = "GRID_TOKEN" }
        door = { file = "no/such/file" }
        """
    )
    assert config.network.allow == Hosts.of(["grid.example.com", "127.0.0.1:8123"])
    assert set(config.secrets.names) == {"grid_token", "door"}
    assert config.secret("grid_token", {"GRID_TOKEN": "s3cret"}).reveal() == "s3cret"


@pytest.mark.promise("SECRET")
@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('grid_token = "s3cret"', "does not stand in the file itself"),
        ('grid_token = ["s3cret"]', "does not stand in the file itself"),
        ('grid_token = { value = "s3cret" }', "does not stand in the file itself"),
        ('grid_token = { env = "s3cret", file = "s3cret" }', "does not stand in the file itself"),
        ("grid_token = { env = 5 }", "does not stand in the file itself"),
    ],
)
def test_a_secret_that_stands_in_the_file_is_refused_and_not_repeated(line: str, says: str) -> None:
    with pytest.raises(ConfigInvalid, match=says) as raised:
        parse(f"[secrets]\n{line}\n")
    assert "tactful.toml:2" in str(raised.value)
    assert "s3cret" not in f"{raised.value} {raised.value.help}"


@pytest.mark.parametrize(
    ("written", "name", "says"),
    [
        ('grid = { env = "GRID" }', "grid", "tactful.toml:2: .*GRID.* is not set"),
        ('grid = { file = "none" }', "grid", "tactful.toml:2: .*cannot be read"),
        ('grid = { env = "GRID" }', "door", "tactful.toml:1: there is no secret `door`"),
    ],
)
def test_a_secret_that_cannot_be_looked_up_is_told(written: str, name: str, says: str) -> None:
    with pytest.raises(ConfigInvalid, match=says) as raised:
        parse(f"[secrets]\n{written}\n").secret(name, {})
    assert raised.value.help


@pytest.mark.parametrize("host", ["https://grid.example.com", "a b", "", "x:0", "x:99999", "x/y"])
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(ConfigInvalid, match="is not a host"):
        parse(f"[network]\nallow = ['{host}']\n")


def test_hosts_that_are_no_list_are_refused() -> None:
    with pytest.raises(ConfigInvalid, match="not a list of hosts"):
        parse('[network]\nallow = "grid.example.com"\n')


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://care.example.com", "https://care.example.com"),
        ("https://care.example.com/tactful/", "https://care.example.com/tactful"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_a_public_url_is_an_address_and_perhaps_a_path(url: str, kept: str) -> None:
    assert parse(f'[server]\npublic_url = "{url}"\n').server.public_url == kept


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("care.example.com", "is not a web address"),
        ("ftp://care.example.com", "is not a web address"),
        ("https://my_host.example.com", "has an underscore"),
        ("https://care.example.com/?tenant=7", "more than an address and a path"),
        ("https://anna:secret@care.example.com", "more than an address and a path"),
    ],
)
def test_what_is_no_public_url_is_told(url: str, told: str) -> None:
    with pytest.raises(ConfigInvalid, match=told):
        parse(f'[server]\npublic_url = "{url}"\n')
