"""Plugins are found, blocked, required, isolated and listed."""

from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest

from tactful.errors import ConfigInvalid, PluginInvalid
from tactful.language.vocabulary import Word
from tactful.plugins import PluginHost, builtin, hookimpl
from tactful.plugins.config import parse_config
from tactful.plugins.discovery import Candidate
from tactful.plugins.manager import Plugins


def candidate(name: str, plugin: object, version: str = "1.2.0") -> Candidate:
    return Candidate(name, version, f"tactful-{name}", lambda: plugin)


def plugins(
    *candidates: Candidate, config: str = "", without: tuple[str, ...] = (), **environ: str
) -> Plugins:
    return Plugins(
        parse_config(config, Path("/x/tactful.toml")),
        data_folder=Path("/x/.tactful"),
        candidates=candidates,
        environ=environ,
        without=without,
    )


def desk(name: str) -> Any:
    return SimpleNamespace(name=name, open=None)


def supplying(*names: str) -> Any:
    """Return a plugin that supplies desks of these names."""

    class Plugin:
        @hookimpl
        def tactful_desks(self, host: PluginHost) -> Iterable[Any]:
            return [desk(name) for name in names]

    return Plugin()


def never() -> object:
    raise AssertionError("it was imported")


CORE = candidate("core", builtin)


def test_the_core_registers_its_words_and_its_throttle_like_any_plugin() -> None:
    made = plugins(CORE)
    assert set(made.throttles()) == {"window"}
    assert made.throttles().supplier("window") == "core"
    assert "campaign" in {word.phrase for word in made.words()["core"]}


def test_installed_plugins_are_found_through_their_entry_points(tmp_path: Path) -> None:
    made = Plugins(parse_config("", tmp_path / "tactful.toml"), data_folder=tmp_path, environ={})
    assert {"core", "csv", "outbox"} <= {info.name for info in made.listing()}
    assert "csv" in made.audiences()
    assert "outbox" in made.channels()


def test_what_plugins_supply_is_merged_in_the_order_of_their_names() -> None:
    made = plugins(candidate("b", supplying("second")), candidate("a", supplying("first")))
    assert list(made.desks()) == ["first", "second"]
    assert made.majors() == {"a": 1, "b": 1}


def test_two_plugins_that_supply_one_name_are_told_both() -> None:
    with pytest.raises(PluginInvalid, match=r"`a` and `b` both supply the desk `same`"):
        plugins(candidate("a", supplying("same")), candidate("b", supplying("same")))


def test_one_plugin_that_supplies_a_name_twice_is_told() -> None:
    with pytest.raises(PluginInvalid, match=r"`a` supplies twice the desk `same`"):
        plugins(candidate("a", supplying("same", "same")))


def test_two_plugins_of_one_name_are_told_by_their_distributions() -> None:
    other = Candidate("a", "1", "letters-for-tactful", supplying)
    with pytest.raises(PluginInvalid, match=r"letters-for-tactful and of tactful-a"):
        plugins(candidate("a", supplying()), other)


BLOCKED: list[tuple[dict[str, Any], str]] = [
    ({"config": "[plugins]\nblock = ['a']"}, "blocked"),
    ({"config": "[plugins]\nallow = ['b']"}, "allowed"),
    ({"TACTFUL_PLUGINS": "none"}, "TACTFUL_PLUGINS"),
    ({"TACTFUL_PLUGINS": "b, c"}, "TACTFUL_PLUGINS"),
    ({"without": ("a",)}, "switched off"),
]


@pytest.mark.parametrize(("how", "why"), BLOCKED)
def test_a_blocked_plugin_is_not_even_imported(how: dict[str, Any], why: str) -> None:
    made = plugins(CORE, Candidate("a", "1", "tactful-a", never), **how)
    core, blocked = made.listing()[1], made.listing()[0]
    assert (core.name, core.state) == ("core", "on")
    assert (blocked.name, blocked.state) == ("a", "off")
    assert why in blocked.why


@pytest.mark.parametrize("how", [{"config": "[plugins]\nblock = ['core']"}, {"without": ("core",)}])
def test_the_core_cannot_be_blocked(how: dict[str, Any]) -> None:
    with pytest.raises(ConfigInvalid, match="core"):
        plugins(CORE, **how)


def test_none_beside_names_is_a_mistake() -> None:
    with pytest.raises(ConfigInvalid, match="none, a"):
        plugins(CORE, TACTFUL_PLUGINS="none, a")


def raising(error: BaseException) -> Callable[[], object]:
    def load() -> object:
        raise error

    return load


@pytest.mark.promise("POISON")
@pytest.mark.parametrize("error", [ImportError("no libfoo"), SystemExit("no libfoo")])
def test_a_plugin_that_cannot_be_imported_stops_only_what_needs_it(error: BaseException) -> None:
    broken = Candidate("letters", "1", "tactful-letters", raising(error))
    made = plugins(broken, candidate("b", supplying("mine")))
    assert made.listing()[1].state == "failed"
    assert "no libfoo" in made.listing()[1].why
    assert made.desks().need("mine").name == "mine"
    with pytest.raises(PluginInvalid, match="no plugin supplies the channel `post`") as raised:
        made.channels().need("post")
    assert "no libfoo" in raised.value.help


def test_a_name_that_nobody_supplies_is_told_with_the_one_probably_meant() -> None:
    with pytest.raises(PluginInvalid) as raised:
        plugins(candidate("a", supplying("office"))).desks().need("ofice")
    assert "`office`" in raised.value.help


class Raises:
    @hookimpl
    def tactful_desks(self, host: PluginHost) -> Iterable[Any]:
        raise RuntimeError("boom")


class Unset:
    @hookimpl
    def tactful_desks(self, host: PluginHost) -> Iterable[Any]:
        raise ConfigInvalid("`plugins.a.url` is missing")


class NoList:
    @hookimpl
    def tactful_desks(self, host: PluginHost) -> Any:
        return desk("one")


class NoDesk:
    @hookimpl
    def tactful_desks(self) -> Any:
        return [SimpleNamespace(name="one")]


class TooNew:
    tactful_api = 99


@pytest.mark.parametrize(
    ("plugin", "why"),
    [
        (Raises(), "boom"),
        (NoList(), "must return a list of desk objects"),
        (NoDesk(), "a desk without open"),
        (TooNew(), "version 99"),
    ],
)
def test_a_plugin_whose_hook_fails_is_off_and_says_why(plugin: object, why: str) -> None:
    made = plugins(candidate("a", plugin), candidate("b", supplying("mine")))
    assert made.listing()[0].state == "failed"
    assert why in made.listing()[0].why
    assert list(made.desks()) == ["mine"]


class Misspelt:
    @hookimpl
    def tactful_desk(self, host: PluginHost) -> Iterable[Any]:
        return []


class Unmarked:
    def tactful_desks(self, host: PluginHost) -> Iterable[Any]:
        return []


class WrongArgument:
    @hookimpl
    def tactful_desks(self, guest: PluginHost) -> Iterable[Any]:
        return []


@pytest.mark.parametrize(
    ("plugin", "says"),
    [
        (Misspelt(), "did you mean `tactful_desks`"),
        (Unmarked(), "without @hookimpl"),
        (WrongArgument(), "guest"),
    ],
)
def test_a_slip_that_would_silently_supply_nothing_is_an_error(plugin: object, says: str) -> None:
    with pytest.raises(PluginInvalid) as raised:
        plugins(candidate("a", plugin))
    assert says in f"{raised.value.message} {raised.value.help}"


REQUIRED = [
    ("a", candidate("a", supplying()), None),
    ("a >= 1, < 2", candidate("a", supplying()), None),
    ("a >= 2", candidate("a", supplying()), "version 1.2.0 is installed"),
    ("b", candidate("a", supplying()), "not installed"),
    ("a", Candidate("a", "1", "d", raising(ImportError("no libfoo"))), "no libfoo"),
]


@pytest.mark.promise("CLOSED")
@pytest.mark.parametrize(("required", "found", "says"), REQUIRED)
def test_a_required_plugin_must_be_there(required: str, found: Candidate, says: str | None) -> None:
    config = f"[plugins]\nrequire = ['{required}']"
    if says is None:
        assert plugins(found, config=config).listing()[0].state == "on"
        return
    with pytest.raises(PluginInvalid, match=says):
        plugins(found, config=config)


def test_settings_for_a_plugin_that_is_almost_there_are_a_mistake() -> None:
    with pytest.raises(ConfigInvalid, match="outbxo") as raised:
        plugins(candidate("outbox", supplying()), config="[plugins.outbxo]\nfiles = false")
    assert "[plugins.outbox]" in raised.value.help


def test_settings_for_a_plugin_that_is_elsewhere_are_listed() -> None:
    made = plugins(candidate("a", supplying()), config="[plugins.twilio]\nregion = 'ie1'")
    assert [(info.name, info.state) for info in made.listing()] == [
        ("a", "on"),
        ("twilio", "not installed"),
    ]


MISSED = [
    ("[plugins.a]\nx = 1", candidate("a", supplying()), []),
    ("", candidate("a", supplying()), []),
    ("[plugins.a]\nx = 1\n[plugins]\nblock = ['a']", candidate("a", supplying()), [("a", "off")]),
    ("[plugins]\nblock = ['a']", candidate("a", supplying()), []),
    ("[plugins.twilio]\nx = 1", candidate("a", supplying()), [("twilio", "not installed")]),
    ("[plugins.a]\nx = 1", candidate("a", Raises()), [("a", "failed")]),
    ("", candidate("a", Raises()), [("a", "failed")]),
    ("", candidate("a", Unset()), []),
    ("[plugins.a]\nx = 1", candidate("a", Unset()), [("a", "failed")]),
]


@pytest.mark.parametrize(("config", "found", "missed"), MISSED)
def test_those_that_somebody_counts_on_are_missed_when_they_are_not_on(
    config: str, found: Candidate, missed: list[tuple[str, str]]
) -> None:
    """Nobody counts on what has no settings: that is not set up, or blocked, on purpose."""
    told = plugins(found, config=config).missed()
    assert [(info.name, info.state) for info in told] == missed
    assert all(info.why for info in told)


def test_a_plugin_gets_its_own_name_folder_and_settings() -> None:
    seen: list[PluginHost] = []

    class Curious:
        @hookimpl
        def tactful_desks(self, host: PluginHost) -> Iterable[Any]:
            seen.append(host)
            return []

    plugins(candidate("a", Curious()), candidate("b", Curious()))
    assert [host.data_folder for host in seen] == [Path("/x/.tactful/a"), Path("/x/.tactful/b")]


def test_words_are_kept_by_plugin_even_with_one_phrase() -> None:
    class Points(Word):
        """Grant points.
        grant points"""

        phrase = "grant points"

    class Supplies:
        @hookimpl
        def tactful_words(self) -> Iterable[type[Word]]:
            return [Points]

    made = plugins(candidate("a", Supplies()), candidate("b", Supplies()))
    assert made.words() == {"a": (Points,), "b": (Points,)}
    assert made.listing()[0].supplies == ("word grant points",)


def test_what_is_open_is_closed_when_the_application_stops() -> None:
    closed: list[str] = []

    class Open(SimpleNamespace):
        async def aclose(self) -> None:
            closed.append(self.name)

    class Supplies:
        @hookimpl
        def tactful_desks(self) -> Iterable[Any]:
            return [Open(name="one", open=None), desk("two")]

    anyio.run(plugins(candidate("a", Supplies())).aclose)
    assert closed == ["one"]
