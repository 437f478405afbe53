"""Says that a hand-off did not go out, where nothing heavy is loaded."""


class NotTaken(Exception):
    """The mail server did not take a mail."""
