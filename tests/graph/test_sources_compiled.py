"""What a flow tells its source is part of the audience, and of neither revision nor guards."""

from dataclasses import replace

from tactful.graph.compile import compile_source
from tactful.graph.model import Audience
from tactful.language.sources import Hosts, Takes
from tactful.values import Duration
from tests.graph.sources import INSTALLED, TOP, VERSIONS, VOCABULARY, campaign

JOURNEY = "journey:\n  tag seen\n"
HOUSE = replace(
    INSTALLED,
    audiences={
        "csv": Takes("file"),
        "sqlite": Takes("file", ("query",), ("query",)),
        "http": Takes("address", ("token",)),
    },
    secrets=("grid_token",),
    hosts=Hosts.of(["grid.example.com"]),
)


def audience_from(line: str) -> Audience:
    """Compile the usual flow with another line for its audience."""
    text = TOP.replace('audience from csv "orders.csv":', line)
    made = compile_source(
        f"{text}\n{JOURNEY}",
        path="late.flow",
        vocabulary=VOCABULARY,
        installed=HOUSE,
        plugin_versions=VERSIONS,
    )
    assert made.campaign is not None, made.diagnostics
    return made.campaign.audience


def test_a_source_is_read_once_and_told_nothing_unless_the_flow_says_so() -> None:
    made = campaign(JOURNEY).audience
    assert (made.source, made.path, made.every, made.options) == ("csv", "orders.csv", None, {})


def test_a_database_gets_its_query() -> None:
    query = "select * from orders where late = 1"
    made = audience_from(f'audience from sqlite "crm.db" every 10 minutes:\n  query "{query}"')
    assert made.options == {"query": query}
    assert made.every == Duration.parse("10 minutes")


def test_an_address_gets_the_name_of_its_secret_and_not_the_secret() -> None:
    url = "https://grid.example.com/people.json"
    made = audience_from(f'audience from http "{url}":\n  token from secret grid_token')
    assert (made.path, made.options) == (url, {"token": "grid_token"})


def test_the_lines_of_what_a_source_is_told_are_known() -> None:
    assert campaign(JOURNEY).lines["audience"] == 4


def test_how_often_a_source_is_read_changes_no_revision_and_no_guards() -> None:
    once, again = campaign(JOURNEY), TOP.replace('"orders.csv":', '"orders.csv" every 1 hour:')
    made = compile_source(
        f"{again}\n{JOURNEY}",
        path="late.flow",
        vocabulary=VOCABULARY,
        installed=HOUSE,
        plugin_versions=VERSIONS,
    ).campaign
    assert made is not None
    assert made.graph.revision == once.graph.revision
    assert made.guards.digest == once.guards.digest
    assert made.audience != once.audience
