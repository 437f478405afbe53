"""The audience `csv`: recipients from a CSV file, read as a stream."""

from collections.abc import Iterable

from tactful.plugins import hookimpl
from tactful_csv.audience import CsvAudience

__all__ = ["CsvAudience"]


@hookimpl
def tactful_audiences() -> Iterable[CsvAudience]:
    """Supply the reader of CSV files."""
    return (CsvAudience(),)
