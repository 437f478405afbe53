"""What the host gives a plugin when it asks for what the plugin supplies."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from tactful.errors import ConfigInvalid
from tactful.plugins.config import Config
from tactful.plugins.mistakes import Mistake, mistakes_of
from tactful.plugins.secrets import resolve

M = TypeVar("M", bound=BaseModel)


class PluginHost:
    """One plugin's view of the host: its name, its own settings, and a folder of its own."""

    def __init__(
        self, name: str, config: Config, data_folder: Path, environ: Mapping[str, str]
    ) -> None:
        self.name = name
        self._config = config
        self._data_folder = data_folder
        self._environ = environ

    @property
    def data_folder(self) -> Path:
        """The plugin's own folder, beside the store. It is the plugin that makes it, when needed.

        Whoever makes it keeps it readable by its owner only.
        """
        return self._data_folder / self.name

    @property
    def config_folder(self) -> Path:
        """The folder from which relative paths in settings count."""
        return self._config.folder

    def hook_url(self, path: str) -> str | None:
        """Return the public address of one of the plugin's own routes (`status`), if we have one.

        None when `[server] public_url` is not set: then nobody outside can call us back.
        """
        public = self._config.server.public_url
        return None if public is None else f"{public}/hooks/{self.name}/{path}"

    def settings(self, model: type[M]) -> M:
        """Return the table `[plugins.NAME]`, read by the plugin's model, with secrets looked up.

        Settings that the model does not know are mistakes. Raises `ConfigInvalid`.
        """
        keys = ("plugins", self.name)
        written = dict(self._config.plugins.settings.get(self.name, {}))
        try:
            table = resolve(written, self._config.folder, self._environ)
        except ConfigInvalid as error:
            mistake = Mistake(keys, f"[plugins.{self.name}]: {error.message}", error.help)
            raise self._config.invalid(mistake) from error
        try:
            return model.model_validate(table, extra="forbid")
        except ValidationError as error:
            raise self._config.invalid(*mistakes_of(error, model, keys)) from error
