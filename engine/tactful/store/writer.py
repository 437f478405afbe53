"""The thread that owns a SQLite store's only connection: it writes groups and reads, in order.

Groups that arrive while a commit is out become the next commit: a lone group is durable at once,
and at full load hundreds share one. Answers go back to the event loop once for each commit.
"""

import sqlite3
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from msgspec import Struct

from tactful.store.contract import Group, GroupRefused
from tactful.store.writes import apply, cause

Told = Callable[[BaseException | None], None]
"""What is called in the event loop, with the error if there was one."""


class Write(Struct):
    """A group to make durable."""

    group: Group
    done: Told


class Ask(Struct):
    """A function of the connection to call, between transactions; it keeps its own answer."""

    question: Callable[[sqlite3.Connection], None]
    done: Told


class Stop(Struct):
    """The end: close the connection."""

    done: Told


Item = Write | Ask | Stop


class Writer:
    """Takes what is to be done from any thread; calls back through `in_loop`."""

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        in_loop: Callable[[Callable[[], Any]], Any],
    ) -> None:
        self._connect = connect
        self._in_loop = in_loop
        self._items: SimpleQueue[Item] = SimpleQueue()
        self.put = self._items.put

    def start(self, done: Told) -> None:
        """Start the thread, and say when its connection is open or why it is not."""
        # A daemon: a process that ends without closing the store must end, as if it were killed.
        Thread(target=self._run, args=(done,), name="tactful-store", daemon=True).start()

    def _run(self, done: Told) -> None:
        try:
            connection = self._connect()
        except Exception as error:
            self._tell([(done, error)])
            return
        self._tell([(done, None)])
        item: Item | None = None
        while True:
            item = item or self._items.get()
            match item:
                case Write():
                    writes, item = self._together(item)
                    errors = _commit(connection, [write.group for write in writes])
                    self._tell([(w.done, e) for w, e in zip(writes, errors, strict=True)])
                case Ask(question, done):
                    self._tell([(done, _answer(connection, question))])
                    item = None
                case Stop(done):
                    connection.close()
                    self._tell([(done, None)])
                    return

    def _together(self, first: Write) -> tuple[list[Write], Item | None]:
        """Return the writes that wait in a row, and what comes after them, if anything does."""
        writes = [first]
        while True:
            try:
                item = self._items.get_nowait()
            except Empty:
                return writes, None
            if not isinstance(item, Write):
                return writes, item
            writes.append(item)

    def _tell(self, results: list[tuple[Told, Exception | None]]) -> None:
        def tell() -> None:
            for done, error in results:
                done(error)

        try:
            self._in_loop(tell)
        except RuntimeError:
            return  # the loop is gone, and with it everybody who could have listened


def _commit(connection: sqlite3.Connection, groups: list[Group]) -> list[Exception | None]:
    """Write groups in one transaction. If a row spoils it, write each group in its own."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        for group in groups:
            apply(connection, group)
        connection.execute("COMMIT")
    except Exception as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        told = cause(error)
        if isinstance(told, GroupRefused) and len(groups) > 1:
            return [_commit(connection, [group])[0] for group in groups]
        return [told] * len(groups)
    return [None] * len(groups)


def _answer(
    connection: sqlite3.Connection, question: Callable[[sqlite3.Connection], None]
) -> Exception | None:
    try:
        question(connection)
    except Exception as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        return cause(error) if isinstance(error, sqlite3.Error) else error
    return None
