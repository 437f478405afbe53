"""A plugin that cannot be used is off and says why; whatever it does, the others are on."""

import sys
import time
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Annotated, Any

import anyio
import pytest
from pydantic import BaseModel

from tactful.language import Word
from tactful.language.vocabulary import At, Vocabulary
from tactful.plugins import PluginHost, Secret, hookimpl, hookspecs, manager
from tactful.plugins.discovery import Candidate
from tactful.plugins.kinds import CHANNELS, NAMED, WORDS, Kind
from tactful.plugins.patience import told_when_slow
from tactful.testing import RecordingChannel
from tests.plugins.test_manager import CORE, candidate, plugins, supplying

pytestmark = pytest.mark.promise("POISON")


def hook(kind: Kind, answer: Callable[[], Any]) -> Any:
    """Return a plugin whose one hook, of this kind, answers so."""

    def implement(self: Any, host: PluginHost) -> Any:
        return answer()

    implement.__name__ = kind.hook
    return type("Plugin", (), {kind.hook: hookimpl(implement)})()


def why_off(plugin: object, *others: Candidate) -> str:
    """Return why a plugin is off; another one beside it must be on."""
    made = plugins(CORE, candidate("a", plugin), candidate("b", supplying("mine")), *others)
    states = {info.name: info for info in made.listing()}
    assert states["b"].state == states["core"].state == "on"
    assert list(made.desks()) == ["mine"]
    assert states["a"].state == "failed"
    return states["a"].why


def raises(error: BaseException) -> Callable[[], Any]:
    def answer() -> Any:
        raise error

    return answer


def slow_to_raise() -> Any:
    yield None
    raise RuntimeError("boom")


class Unnamed:
    """An object whose name cannot even be read."""

    @property
    def name(self) -> str:
        raise RuntimeError("boom")


ANSWERS: list[tuple[Callable[[], Any], str]] = [
    (raises(RuntimeError("boom")), "boom"),
    (raises(SystemExit(3)), "SystemExit"),
    (slow_to_raise, "boom"),
    (lambda: None, "must return a list"),
    (lambda: "words", "must return a list"),
    (lambda: 7, "must return a list"),
    (lambda: [None], "without"),
]


@pytest.mark.parametrize("kind", [*NAMED, WORDS], ids=lambda kind: kind.noun)
@pytest.mark.parametrize(("answer", "why"), ANSWERS)
def test_a_hook_that_fails_or_answers_nonsense(
    kind: Kind, answer: Callable[[], Any], why: str
) -> None:
    told = why_off(hook(kind, answer))
    assert why in told
    assert kind.hook in told


@pytest.mark.parametrize("kind", NAMED, ids=lambda kind: kind.noun)
def test_an_object_whose_name_cannot_be_read(kind: Kind) -> None:
    assert "boom" in why_off(hook(kind, lambda: [Unnamed()]))


NAMES = [None, 7, "", "two words", "1st", 'quo"te', "new\nline"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", NAMED, ids=lambda kind: kind.noun)
def test_a_name_that_no_flow_can_write(kind: Kind, name: object) -> None:
    members = dict.fromkeys(kind.members) | {"name": name}
    assert "which no flow can write" in why_off(hook(kind, lambda: [SimpleNamespace(**members)]))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"media": ()}, "should be some of sms"),
        ({"media": ("fax",)}, "should be some of sms"),
        ({"media": None}, "TypeError"),
        ({"limits": None}, "AttributeError"),
        ({"limits": SimpleNamespace(at_once="many", call_timeout=1)}, "whole numbers"),
        ({"limits": SimpleNamespace(at_once=0, call_timeout=1)}, "let nothing through"),
        ({"limits": SimpleNamespace(at_once=1, call_timeout=0)}, "let nothing through"),
    ],
)
def test_a_channel_that_says_nonsense_of_itself(changed: dict[str, Any], why: str) -> None:
    recording = RecordingChannel()
    members = {name: getattr(recording, name) for name in CHANNELS.members}
    channel = SimpleNamespace(**(members | changed))
    assert why in why_off(hook(CHANNELS, lambda: [channel]))


class OddField(Word):
    """A word whose field nobody can read.
    strange x"""

    phrase = "strange"
    value: Annotated[complex, At(0)]


class WaitAgain(Word):
    """Wait in another way.
    wait"""

    phrase = "wait"


@pytest.mark.parametrize(
    ("word", "why"),
    [
        (OddField, "don't know how to read `value`"),
        (WaitAgain, "both declare `wait`"),
        (SimpleNamespace(phrase="x", place="steps"), "does not derive from"),
        (Word, "without phrase"),
    ],
)
def test_a_word_that_cannot_be_used(word: Any, why: str) -> None:
    assert why in why_off(hook(WORDS, lambda: [word]))


def test_words_that_cannot_be_used_leave_those_of_others_alone() -> None:
    made = plugins(CORE, candidate("a", hook(WORDS, lambda: [WaitAgain])))
    assert Vocabulary(made.words()).plugins == frozenset()


class Raising:
    @property
    def tactful_api(self) -> int:
        raise RuntimeError("boom")


@pytest.mark.parametrize(
    ("api", "why"),
    [
        (hookspecs.API + 1, "install a newer Tactful"),
        (hookspecs.OLDEST_API - 1, "install a newer version of the plugin"),
        ("two", "whole number"),
        (None, "whole number"),
    ],
)
def test_a_plugin_for_hooks_that_this_tactful_does_not_have(api: object, why: str) -> None:
    assert why in why_off(SimpleNamespace(tactful_api=api))


def test_a_plugin_whose_api_cannot_be_read() -> None:
    assert "boom" in why_off(Raising())


# ---- settings -----------------------------------------------------------------------------------


class Settings(BaseModel):
    """`[plugins.a]` of a plugin with a secret."""

    token: Secret
    region: str = "ie1"


def with_settings(seen: list[Settings]) -> Any:
    class Plugin:
        @hookimpl
        def tactful_desks(self, host: PluginHost) -> Iterable[Any]:
            seen.append(host.settings(Settings))
            return []

    return Plugin()


WRONG_SETTINGS = [
    ("", "`plugins.a.token` is missing"),
    ("[plugins.a]\ntoken = 'hunter2'", "does not stand in the file itself"),
    ("[plugins.a]\ntoken = { env = 'NOT_SET' }", "NOT_SET"),
    ("[plugins.a]\ntoken = { file = 'not_there' }", "not_there"),
    ("[plugins.a]\ntoken = { env = 'TOKEN' }\nregoin = 'us1'", "Did you mean `region`"),
    ("[plugins.a]\ntoken = { env = 'TOKEN' }\nregion = 7", "`plugins.a.region`"),
]


@pytest.mark.promise("SECRET")
@pytest.mark.parametrize(("config", "why"), WRONG_SETTINGS)
def test_wrong_settings_switch_their_plugin_off_and_tell_no_secret(config: str, why: str) -> None:
    made = plugins(
        candidate("a", with_settings([])),
        candidate("b", supplying("mine")),
        config=config,
        TOKEN="hunter2",
    )
    info = made.listing()[0]
    assert info.state == ("failed" if config else "not set up")
    assert list(made.desks()) == ["mine"]
    assert why in info.why
    assert "hunter2" not in info.why


@pytest.mark.promise("SECRET")
def test_a_secret_reaches_its_plugin_and_shows_itself_nowhere() -> None:
    seen: list[Settings] = []
    config = "[plugins.a]\ntoken = { env = 'TOKEN' }"
    plugins(candidate("a", with_settings(seen)), config=config, TOKEN="hunter2")
    (settings,) = seen
    assert settings.token.reveal() == "hunter2"
    shown = [repr(settings), str(settings.token), settings.model_dump_json(), f"{settings}"]
    assert not any("hunter2" in text for text in shown)
    assert all("<secret from env TOKEN>" in text for text in shown)


# ---- the end, and the wait ----------------------------------------------------------------------


class Closing(SimpleNamespace):
    """A desk that closes as it was told."""

    name: str

    async def open(self, case: Any) -> None: ...

    async def aclose(self) -> None:
        await self.how()


async def closes_badly() -> None:
    raise RuntimeError("boom")


async def ends_the_program() -> None:
    sys.exit(3)


def test_what_closes_badly_or_never_does_not_keep_the_others_open(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manager, "CLOSE_SECONDS", 0.01)
    closed: list[str] = []

    async def closes_well() -> None:
        closed.append("well")

    desks = [
        Closing(name="bad", how=closes_badly),
        Closing(name="exit", how=ends_the_program),
        Closing(name="slow", how=anyio.sleep_forever),
        Closing(name="good", how=closes_well),
    ]
    made = plugins(candidate("a", hook(NAMED[5], lambda: desks)))
    anyio.run(made.aclose)
    assert closed == ["well"]
    told = [record.getMessage() for record in caplog.records]
    assert [text.split()[2] for text in told] == ["bad", "exit", "slow"]


def test_people_are_told_which_plugin_they_wait_for(caplog: pytest.LogCaptureFixture) -> None:
    with told_when_slow("letters", 0.0):
        while not caplog.records:
            time.sleep(0.001)
    (told,) = caplog.records
    assert "still waiting for the plugin `letters`" in told.getMessage()
    assert 'block = ["letters"]' in told.getMessage()


def test_a_plugin_that_loads_at_once_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    with told_when_slow("letters"):
        pass
    assert caplog.records == []
