"""A house without the policies that judge all that is said, for commands in other processes."""

from pathlib import Path

PLAIN = """
[plugins]
block = ["policy_twilio", "policy_service", "links", "consent", "quiet_hours"]
"""


def without_policies(folder: Path) -> None:
    """Have flows in a folder judged by no policy that they do not name.

    Who has read no further than the first pages has none installed. What `tactful.toml` says there
    already stays.
    """
    with folder.joinpath("tactful.toml").open("a", encoding="utf-8") as file:
        file.write(PLAIN)
