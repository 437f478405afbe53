"""The one family of errors that Tactful raises on purpose.

TactfulError
├── ValueUnreadable      a value (duration, rate, address …) cannot be read
├── FlowInvalid          a flow has mistakes; carries its diagnostics
├── MeaningChanged       a formatted flow would mean something else; it is never written
├── ConfigInvalid        `tactful.toml` or a plugin's settings are wrong
├── PluginInvalid        a plugin cannot be used, and something needs it
├── AudienceInvalid      an audience cannot be read at all
├── RulesInvalid         a file of rules for texts cannot be used
├── IllegalMove          a life cycle was asked for a move its table does not have
├── StoreInvalid         a store cannot be opened, or is of another version
└── StoreOwned           another engine owns the store
"""

from typing import Any


class TactfulError(Exception):
    """Something is wrong that the person at the keyboard can mend.

    `help` says how; it is shown below the message.
    """

    def __init__(self, message: str, *, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help

    def __str__(self) -> str:
        return self.message


class ValueUnreadable(TactfulError, ValueError):
    """A value could not be read from text."""


class FlowInvalid(TactfulError):
    """A flow has mistakes. `diagnostics` holds all of them, in file order."""

    def __init__(self, message: str, diagnostics: tuple[Any, ...] = (), *, help: str = "") -> None:
        super().__init__(message, help=help)
        self.diagnostics = diagnostics


class MeaningChanged(TactfulError):
    """A flow would mean something else once it is formatted. It must never be written."""


class ConfigInvalid(TactfulError):
    """The configuration is wrong."""


class PluginInvalid(TactfulError):
    """A plugin cannot be used, and something needs it."""


class RulesInvalid(TactfulError):
    """A file of rules for texts is wrong: the message says which file, which rule and what."""


class AudienceInvalid(TactfulError):
    """An audience cannot be read at all (single bad rows do not raise)."""


class MailUnreadable(TactfulError):
    """A mail cannot be read from where it should be."""


class IllegalMove(TactfulError):
    """A life cycle was asked for a move that its table does not have."""


class StoreInvalid(TactfulError):
    """A store cannot be opened, or was written by another version."""


class StoreOwned(TactfulError):
    """Another engine owns the store. `owner` names it."""

    def __init__(self, message: str, owner: str, *, help: str = "") -> None:
        super().__init__(message, help=help)
        self.owner = owner
