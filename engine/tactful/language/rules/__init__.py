"""Rules that need the whole file, each telling one kind of mistake."""

from tactful.language.rules.anytime import check_any_time
from tactful.language.rules.branching import check_branching
from tactful.language.rules.calls import check_calls
from tactful.language.rules.columns import check_columns
from tactful.language.rules.context import Context
from tactful.language.rules.files import check_files
from tactful.language.rules.holding import check_holding
from tactful.language.rules.messages import check_messages
from tactful.language.rules.money import check_money, check_urgent
from tactful.language.rules.names import check_names
from tactful.language.rules.pausing import check_pausing
from tactful.language.rules.scenarios import check_scenarios
from tactful.language.rules.settings import check_settings
from tactful.language.rules.sources import check_sources
from tactful.language.rules.stages import check_stages
from tactful.language.rules.texts import check_texts
from tactful.language.rules.waits import check_waits


def check_rules(context: Context) -> None:
    """Tell what is wrong with a file whose lines have been read."""
    check_settings(context)
    check_sources(context)
    check_columns(context)
    check_stages(context)
    check_waits(context)
    check_branching(context)
    check_texts(context)
    check_files(context)
    check_any_time(context)
    check_messages(context)
    check_calls(context)
    check_urgent(context)
    check_money(context)
    check_holding(context)
    check_pausing(context)
    check_names(context)
    check_scenarios(context)
