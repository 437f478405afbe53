"""The audience `sqlite`: recipients from a query of a SQLite database, which is only read."""

from collections.abc import Iterable

from tactful.plugins import PluginHost, hookimpl
from tactful_sqlite.audience import SqliteAudience
from tactful_sqlite.settings import SqliteSettings

__all__ = ["SqliteAudience", "SqliteSettings"]


@hookimpl
def tactful_audiences(host: PluginHost) -> Iterable[SqliteAudience]:
    """Supply the reader of databases."""
    return (SqliteAudience(host.settings(SqliteSettings)),)
