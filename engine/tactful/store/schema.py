"""The tables of the SQLite store, as a list of migrations: the n-th leads to version n.

Names are whole numbers inside (`name`), so that rows and indices stay small. Every index names
the query that pays for it. A released migration is never edited: a change is a new one.
"""

import sqlite3
from collections.abc import Sequence

from tactful.errors import StoreInvalid
from tactful.guard.folding import fold

APPLICATION_ID = 0x54616374  # "Tact": tells our files from other SQLite files
LEAST_SQLITE = (3, 38, 0)  # the first with `->>`

Migration = tuple[str, ...]

_FIRST: Migration = (
    "CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
    """CREATE TABLE revision (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, campaign TEXT NOT NULL, digest TEXT NOT NULL,
        data TEXT NOT NULL, at INTEGER NOT NULL)""",
    """CREATE TABLE launch (
        id INTEGER PRIMARY KEY, campaign TEXT NOT NULL, number INTEGER NOT NULL,
        state TEXT NOT NULL, revision INTEGER NOT NULL, guards INTEGER NOT NULL,
        flow_path TEXT NOT NULL, audience_path TEXT NOT NULL, started_at INTEGER NOT NULL,
        finished_at INTEGER, live INTEGER NOT NULL, rows INTEGER NOT NULL, because TEXT NOT NULL,
        UNIQUE (campaign, number))""",
    """CREATE TABLE lane (
        id INTEGER PRIMARY KEY, campaign TEXT NOT NULL, "group" TEXT NOT NULL,
        strategy TEXT NOT NULL, state TEXT NOT NULL, since_first INTEGER NOT NULL)""",
    # A recipient and its journey share their number. Apart, because the journey changes often and
    # the recipient, which is larger, seldom does.
    """CREATE TABLE recipient (
        id INTEGER PRIMARY KEY, launch INTEGER NOT NULL, key TEXT NOT NULL, row INTEGER NOT NULL,
        phone TEXT, email TEXT, zones TEXT NOT NULL, locale TEXT NOT NULL, data TEXT NOT NULL,
        revision INTEGER NOT NULL, due INTEGER, ended TEXT)""",
    # keys, journey_of; and no key is twice in a launch
    "CREATE UNIQUE INDEX recipient_key ON recipient (launch, key)",
    # asked; the recent messages of scan, lane and load
    "CREATE INDEX recipient_phone ON recipient (phone) WHERE phone IS NOT NULL",
    "CREATE INDEX recipient_email ON recipient (email) WHERE email IS NOT NULL",
    """CREATE TABLE journey (
        id INTEGER PRIMARY KEY, launch INTEGER NOT NULL, due INTEGER, state TEXT, ended TEXT,
        entered_at INTEGER)""",
    # scan
    "CREATE INDEX journey_due ON journey (due) WHERE due IS NOT NULL AND ended IS NULL",
    # live, live_journeys, data_of, expire_sooner
    "CREATE INDEX journey_live ON journey (launch) WHERE ended IS NULL",
    """CREATE TABLE send (
        id INTEGER PRIMARY KEY, journey INTEGER NOT NULL, launch INTEGER NOT NULL,
        step INTEGER NOT NULL, "index" INTEGER NOT NULL, visit INTEGER NOT NULL,
        attempt INTEGER NOT NULL, channel TEXT NOT NULL, "to" TEXT NOT NULL, sender TEXT NOT NULL,
        text TEXT NOT NULL, subject TEXT, segments INTEGER NOT NULL, state TEXT NOT NULL,
        lane INTEGER, prio INTEGER NOT NULL, since INTEGER NOT NULL, due INTEGER,
        expires_at INTEGER, permit INTEGER, permitted_at INTEGER, called_at INTEGER,
        ended_at INTEGER, guards INTEGER, verdict TEXT, provider_id TEXT, reason TEXT)""",
    # the sends of a journey (scan, lane, load, asked); and no attempt is twice
    "CREATE UNIQUE INDEX send_key ON send (journey, step, visit, attempt)",
    # scan
    "CREATE INDEX send_due ON send (due) WHERE state = 'queued' AND due IS NOT NULL",
    # lane, waiting: held sends are not in the index of what is due
    """CREATE INDEX send_lane ON send (lane, prio, since, journey)
        WHERE state = 'queued' AND due IS NULL""",
    # by_state, for what a crash leaves behind
    "CREATE INDEX send_unsettled ON send (state) WHERE state IN ('sending', 'in doubt')",
    """CREATE TABLE event (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, launch INTEGER, journey INTEGER,
        event TEXT NOT NULL, step INTEGER, stage INTEGER, visit INTEGER, send INTEGER,
        revision INTEGER, guards INTEGER, data TEXT)""",
    """CREATE TABLE signal (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, dedup TEXT, campaign TEXT,
        key TEXT, channel TEXT, address TEXT, send INTEGER, name TEXT, data TEXT, taken_at INTEGER,
        result TEXT)""",
    # no signal takes effect twice
    "CREATE UNIQUE INDEX signal_dedup ON signal (dedup) WHERE dedup IS NOT NULL",
    # news
    "CREATE INDEX signal_new ON signal (id) WHERE taken_at IS NULL",
    """CREATE TABLE "order" (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, kind TEXT NOT NULL,
        campaign TEXT, key TEXT, data TEXT, because TEXT NOT NULL, applied_at INTEGER,
        result TEXT)""",
    # news
    'CREATE INDEX order_new ON "order" (id) WHERE applied_at IS NULL',
    """CREATE TABLE suppression (
        address TEXT NOT NULL, "group" TEXT NOT NULL, at INTEGER NOT NULL, source TEXT NOT NULL,
        PRIMARY KEY (address, "group")) WITHOUT ROWID""",
    """CREATE TABLE consent (
        id INTEGER PRIMARY KEY, address TEXT NOT NULL, channel TEXT NOT NULL,
        purpose TEXT NOT NULL, given INTEGER NOT NULL, at INTEGER NOT NULL, source TEXT NOT NULL,
        who TEXT NOT NULL)""",
    # consents of one address
    "CREATE INDEX consent_address ON consent (address)",
    """CREATE TABLE inbox (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, launch INTEGER,
        journey INTEGER, queue TEXT NOT NULL, priority TEXT NOT NULL, note TEXT NOT NULL,
        address TEXT NOT NULL, channel TEXT NOT NULL, step INTEGER, visit INTEGER,
        state TEXT NOT NULL, closed_at INTEGER)""",
    # inbox, counts
    "CREATE INDEX inbox_open ON inbox (id) WHERE state = 'open'",
)

# What a call says to a machine, what an attempt costs, a pace for each value of a column, and a
# launch that starts later.
_SECOND: Migration = (
    "ALTER TABLE send ADD COLUMN leave TEXT",
    "ALTER TABLE send ADD COLUMN cost TEXT",
    "ALTER TABLE lane ADD COLUMN part TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE launch ADD COLUMN starts_at INTEGER",
)

# What a source is read again for: values that journeys take over, and how the reading went.
_THIRD: Migration = (
    "ALTER TABLE recipient ADD COLUMN digest TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE launch ADD COLUMN audience_read_at INTEGER",
    "ALTER TABLE launch ADD COLUMN audience_problem TEXT NOT NULL DEFAULT ''",
)
# An event for many goes on from here when the engine was killed in the middle of it.
_FOURTH: Migration = ("ALTER TABLE signal ADD COLUMN progress TEXT",)
# Why nothing may leave by a pace.
_FIFTH: Migration = ("ALTER TABLE lane ADD COLUMN problem TEXT NOT NULL DEFAULT ''",)
# replies: what an address has said before
_SIXTH: Migration = ("CREATE INDEX signal_reply ON signal (address, at) WHERE kind = 'reply'",)
# Which desks have an item, and who is working on it.
_SEVENTH: Migration = (
    "ALTER TABLE inbox ADD COLUMN desks TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE inbox ADD COLUMN taken_by TEXT NOT NULL DEFAULT ''",
)
# What observers make of senders. Rows are found by their whole key.
_EIGHTH: Migration = (
    """CREATE TABLE standing (
        observer TEXT NOT NULL, "group" TEXT NOT NULL, sender TEXT NOT NULL,
        version INTEGER NOT NULL, state TEXT NOT NULL, standing TEXT NOT NULL,
        advice TEXT NOT NULL, reasons TEXT NOT NULL, since INTEGER NOT NULL, problem TEXT NOT NULL,
        PRIMARY KEY (observer, "group", sender)) WITHOUT ROWID""",
)

# Mail addresses are compared folded. What is folded is kept beside the address where it differs;
# of suppressions and consents it is the address. Of two suppressions the first one stays.
_NINTH: Migration = (
    "ALTER TABLE recipient ADD COLUMN folded TEXT",
    "UPDATE recipient SET folded = fold(email) WHERE email <> fold(email)",
    "DROP INDEX recipient_email",
    # asked; the recent messages of scan, lane and load
    """CREATE INDEX recipient_email ON recipient (coalesce(folded, email))
        WHERE email IS NOT NULL""",
    "ALTER TABLE signal ADD COLUMN folded TEXT",
    "UPDATE signal SET folded = fold(address) WHERE address <> fold(address)",
    "DROP INDEX signal_reply",
    # replies: what an address has said before
    """CREATE INDEX signal_reply ON signal (coalesce(folded, address), at)
        WHERE kind = 'reply'""",
    """INSERT INTO suppression (address, "group", at, source)
        SELECT fold(address), "group", min(at), source FROM suppression
        WHERE address <> fold(address) GROUP BY 1, 2
        ON CONFLICT (address, "group") DO UPDATE SET at = excluded.at, source = excluded.source
        WHERE excluded.at < suppression.at""",
    "DELETE FROM suppression WHERE address <> fold(address)",
    "UPDATE consent SET address = fold(address) WHERE address <> fold(address)",
)
# In which country a recipient is, for the policies.
_TENTH: Migration = ("ALTER TABLE recipient ADD COLUMN country TEXT",)
# How long a sender is paused, how fast it may go, its figures; and what stands for addresses where
# they must not be told: a hash with this key, which no other store has.
_ELEVENTH: Migration = (
    "ALTER TABLE standing ADD COLUMN until INTEGER",
    "ALTER TABLE standing ADD COLUMN slow TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE standing ADD COLUMN gauges TEXT NOT NULL DEFAULT ''",
    "CREATE TABLE salt (value TEXT NOT NULL)",
    "INSERT INTO salt (value) VALUES (hex(randomblob(16)))",
)
# Several paces hold at once, and those of senders and accounts beside them.
_TWELFTH: Migration = (
    "ALTER TABLE lane ADD COLUMN rule TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE lane ADD COLUMN said TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE lane ADD COLUMN held_by TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE lane ADD COLUMN held_until INTEGER",
)
# The proof of a consent.
_THIRTEENTH: Migration = (
    "ALTER TABLE consent ADD COLUMN method TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE consent ADD COLUMN wording TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE consent ADD COLUMN evidence TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE consent ADD COLUMN ip TEXT NOT NULL DEFAULT ''",
)

MIGRATIONS: tuple[Migration, ...] = (
    _FIRST,
    _SECOND,
    _THIRD,
    _FOURTH,
    _FIFTH,
    _SIXTH,
    _SEVENTH,
    _EIGHTH,
    _NINTH,
    _TENTH,
    _ELEVENTH,
    _TWELFTH,
    _THIRTEENTH,
)


def _fold_text(address: str | None) -> str | None:
    return None if address is None else fold(address)


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version of a store's tables; 0 when it has none yet."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_is_ours(connection: sqlite3.Connection, newest: int = len(MIGRATIONS)) -> int:
    """Return the version of a store that we can read.

    Raises `StoreInvalid` when the file is not ours, or was written by a newer Tactful.
    """
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    used = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if used and owner != APPLICATION_ID:
        raise StoreInvalid(
            "This SQLite file is not a Tactful store",
            help="Name another file with --store sqlite:///PATH.",
        )
    if (version := version_of(connection)) > newest:
        raise StoreInvalid(
            f"This store has version {version}; this Tactful knows versions up to {newest}",
            help="Use the Tactful that wrote it, or a newer one.",
        )
    return version


def check_is_current(connection: sqlite3.Connection) -> None:
    """Raise `StoreInvalid` when a store must first be brought up to date, or is not ours."""
    if (version := check_is_ours(connection)) < len(MIGRATIONS):
        raise StoreInvalid(
            f"This store has version {version} and must be brought up to {len(MIGRATIONS)}",
            help="`tactful run FILE` does that when it starts.",
        )


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring a store's tables up to date, each version in one transaction.

    Raises `StoreInvalid` as `check_is_ours` does.
    """
    check_is_ours(connection, len(migrations))
    # For migrations alone: what the file holds can be read by any SQLite.
    connection.create_function("fold", 1, _fold_text, deterministic=True)
    while version_of(connection) < len(migrations):
        connection.execute("BEGIN IMMEDIATE")
        try:
            version = version_of(connection)  # another process may have been first
            if version < len(migrations):
                for statement in migrations[version]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
