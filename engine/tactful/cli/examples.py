"""Where the example flows lie: beside the package when installed, else in the checkout."""

from pathlib import Path

DEMO = (
    "delayed_order.flow", "delayed_order.behave.toml", "data/late_orders.csv", "tactful.toml",
)  # fmt: skip
"""The files of the demonstration: its flow, what people do in it, its recipients and prices."""


def examples_folder() -> Path:
    """Return the folder with the example flows."""
    package = Path(__file__).parents[1]
    installed = package / "flows"
    return installed if installed.is_dir() else package.parents[1] / "flows"


def lay_out(names: tuple[str, ...], folder: Path) -> None:
    """Copy examples to a folder; a file that is there already may have been changed, and stays."""
    for name in names:
        target = folder / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((examples_folder() / name).read_bytes())
