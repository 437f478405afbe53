"""The plugin is found, takes its settings, and tells what is wrong with them."""

from pathlib import Path

import pytest

from tactful.errors import StoreInvalid, ValueUnreadable
from tactful.guard.pace import Permit
from tactful.plugins.config import parse_config
from tactful.plugins.manager import Plugins
from tactful.values import Rate

README = Path(__file__).parents[1] / "README.md"
OWN = {"smooth", "token_bucket", "ramp", "adaptive", "calendar_day", "calendar_day_us_pacific"}


def plugins(settings: str) -> Plugins:
    config = parse_config(settings, Path("tactful.toml"))
    return Plugins(config, data_folder=Path("unused"), environ={})


def why_off(settings: str) -> str:
    (info,) = (info for info in plugins(settings).listing() if info.name == "throttles")
    return info.why


def test_every_strategy_is_there_without_any_setting() -> None:
    assert set(plugins("").throttles()) == OWN | {"window"}


def test_the_paces_of_the_readme_have_their_names() -> None:
    settings = README.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    assert set(plugins(settings).throttles()) >= OWN | {"new_number", "careful", "brand_cap"}


def test_a_pace_with_a_name_has_its_settings() -> None:
    made = plugins('[plugins.throttles.paces.gentle]\nstrategy = "smooth"\nburst = 2\n')
    throttle = made.throttles().need("gentle").at(Rate.parse("10 per 5 minutes"))
    state = throttle.start()
    for _ in range(2):
        state, answer = throttle.take(state, 0, 1)
        assert isinstance(answer, Permit)
    assert not isinstance(throttle.take(state, 0, 1)[1], Permit)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("strategy = 'smoth'", "there is no strategy `smoth`. Known are smooth"),
        ("burst = 2", "it has no `strategy`"),
        ("strategy = 'smooth'\nburst = 0", "`burst`: should be greater than or equal to 1"),
        ("strategy = 'smooth'\nbrust = 2", "`smooth` has no setting `brust`"),
        ("strategy = 'smooth'\nburst = '2'", "`burst`: should be a valid integer"),
        ("strategy = 'calendar_day'\nzone = 'Mars'", "`zone`: `Mars` is not a time zone"),
        ("strategy = 'ramp'\nmost = []", "`most` is empty"),
        ("strategy = 'ramp'\nmost = [5, 0]", "`most`: should be greater than or equal to 1"),
        ("strategy = 'ramp'\nfirst = 5", "`first`, `factor` and `last` belong together"),
        ("strategy = 'ramp'\nfirst = 5\nmost = [5]", "both say how the ramp goes up"),
        ("strategy = 'ramp'\nfirst = 1\nfactor = 1.0001\nlast = 9", "more than 1000 steps"),
        ("strategy = 'ramp'\nrestart_after = '3 hours'", "`restart_after` is shorter than a day"),
        ("strategy = 'adaptive'\ncut_on = ['fog']", "`cut_on`: `fog` is no signal"),
        ("strategy = 'adaptive'\nfloor = 0.0", "`floor`: should be greater than or equal to 0.001"),
        ("strategy = 'adaptive'\nevery = '0 minutes'", "`every`: it needs some time"),
    ],
)
def test_a_setting_that_is_wrong_is_told_with_its_place(lines: str, told: str) -> None:
    why = why_off(f"[plugins.throttles.paces.mine]\n{lines}\n")
    assert told in why
    assert "tactful.toml:1: `plugins.throttles.paces.mine`" in why


def test_the_name_of_a_strategy_is_taken() -> None:
    why = why_off("[plugins.throttles.paces.smooth]\nstrategy = 'smooth'\n")
    assert "`smooth` is a strategy already. Give the pace a name of its own." in why


def test_paces_are_tables() -> None:
    assert "Write a table [plugins.throttles.paces.NAME]" in why_off(
        "[plugins.throttles]\npaces = 3\n"
    )


def test_a_cap_by_the_day_needs_a_limit_by_the_day() -> None:
    with pytest.raises(ValueUnreadable, match="`10 per 5 minutes` is no limit by the day"):
        plugins("").throttles().need("calendar_day").at(Rate.parse("10 per 5 minutes"))


def test_the_state_of_a_newer_version_is_not_guessed_at() -> None:
    for name in OWN:
        throttle = plugins("").throttles().need(name).at(Rate.parse("10 per day"))
        with pytest.raises(StoreInvalid, match="has version 2, this tactful-throttles reads 1"):
            throttle.load(b'{"version": 2}')
