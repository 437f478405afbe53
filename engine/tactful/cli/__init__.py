"""The command line: the thin outermost layer. A command is imported when it is called."""

SWITCH_SECONDS = 0.0001
"""How long a busy thread may keep others waiting: the store's writer needs its turns often."""


def main() -> None:
    """Run the command that the arguments name, and exit with its code."""
    import sys

    from tactful.cli.group import application

    sys.setswitchinterval(SWITCH_SECONDS)
    application(prog_name="tactful")
