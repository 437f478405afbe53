"""The audience `xlsx`: recipients from a spreadsheet."""

from collections.abc import Iterable

from tactful.plugins import hookimpl
from tactful_xlsx.audience import XlsxAudience

__all__ = ["XlsxAudience"]


@hookimpl
def tactful_audiences() -> Iterable[XlsxAudience]:
    """Supply the reader of spreadsheets."""
    return (XlsxAudience(),)
