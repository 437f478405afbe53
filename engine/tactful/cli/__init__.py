"""The command line: the thin outermost layer. A command is imported when it is called."""


def main() -> None:
    """Run the command that the arguments name, and exit with its code."""
    from tactful.cli.group import application

    application(prog_name="tactful")
