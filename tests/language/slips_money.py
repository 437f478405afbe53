"""Slips about what a campaign may spend, when it starts, and what is urgent."""

from tests.language.slip import Slip

_TOP = "purpose service"


def _top(name: str, line: str, code: str, at: str) -> Slip:
    return Slip(name, _TOP, f"{_TOP}\n{line}", code, at)


MONEY = (
    _top("budget without currency", "budget 60", "TF210", "budget 60"),
    _top("budget in words", "budget 60 euros", "TF210", "euros"),
    _top("budget of nothing", "budget 0 EUR", "TF214", "budget 0"),
    _top("budget without amount", "budget", "TF211", "budget"),
    _top("budget without prices", "budget 60 GBP", "TF511", "budget 60 GBP"),
    _top("two budgets", "budget 60 EUR\nbudget 50 EUR", "TF207", "budget 50"),
    _top("hold for a column", "hold when order_total above 20", "TF512", "hold"),
    _top("hold for an empty inbox", "hold when inbox below 20", "TF512", "hold"),
    _top("hold for a part of an item", "hold when inbox above 2.5", "TF512", "hold"),
    _top("hold always", "hold", "TF215", "hold"),
    _top("pause for a column", "pause when order_total above 20", "TF513", "order_total"),
    _top("pause for a misspelt figure", "pause when undelivered_rates above 20%", "TF513",
         "undelivered_rates"),
    _top("pause for a figure of another channel", "pause when answer_rate below 20%", "TF513",
         "answer_rate"),
    _top("pause for two at once",
         "pause when complaint_rate above 1% and undelivered_rate above 1%", "TF513", "pause"),
    _top("pause for everything", "pause when complaint_rate above 0%", "TF513", "pause"),
    _top("two pauses", "pause when complaint_rate above 1%\npause when undelivered_rate above 1%",
         "TF207", "pause when undelivered_rate above 1%"),
    _top("hold for a share", "hold when inbox above 20%", "TF210", "20%"),
    _top("two holds", "hold when inbox above 9\nhold when inbox above 8", "TF207",
         "hold when inbox above 8"),
    _top("start without a time", "starts 2026-12-01", "TF210", "2026-12-01"),
    _top("start without a zone", "starts 2026-12-01 09:00", "TF210", "09:00"),
    _top("start by everyone's clock", "starts 2026-12-01 09:00 recipient time", "TF210",
         "recipient time"),
    _top("start two ways", "starts 01/12/2026 09:00 Europe/Dublin", "TF210", "01/12"),
    _top("start tomorrow", "starts tomorrow", "TF210", "tomorrow"),
    _top("two starts", "starts now\nstarts 2026-12-01 09:00 Europe/Dublin", "TF207", "2026-12"),
    _top("start again and again", "starts every monday at 09:00 Europe/Dublin", "TF209", "starts"),
    Slip("pace by an unknown column", "per 5 minutes",
         'per 5 minutes per reg because "x"', "TF312", "reg"),
    Slip("fast pace by a column", "10 per 5 minutes", "9 per minute per land", "TF504",
         "throttle"),
    Slip("urgent without need", '"Thank you!"', '"Thank you!" urgent', "TF501", "urgent"),
    Slip("urgent mail", "send email:", "send email urgent:", "TF501", "urgent"),
)  # fmt: skip
