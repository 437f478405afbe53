"""Rules about what a campaign may spend, and what may go before everything else."""

from tactful.language.rules.context import Context
from tactful.language.words.sending import Send
from tactful.language.words.settings import Budget, PurposeIs


def check_money(context: Context) -> None:
    """Tell a budget without prices to count with."""
    channels = list(dict.fromkeys(send.channel for _, send in context.all(Send)))
    for node, budget in context.all(Budget):
        currency = budget.amount.currency
        prices = context.installed.prices
        lacking = [channel for channel in channels if currency not in prices.get(channel, ())]
        if not lacking:
            continue
        others = sorted({other for channel in lacking for other in prices.get(channel, ())})
        listed = " and ".join(f"`{channel}`" for channel in lacking)
        context.report.add(
            "TF511",
            f"no price in {currency} is known for {listed}, so this budget cannot be counted",
            node.spans["amount"],
            f"the prices are in {' and '.join(others)}" if others else "",
            help=(
                "Add to `tactful.toml` under `[prices]`, with your own prices: "
                + ", ".join(f'`{channel} = "0.05 {currency}"`' for channel in lacking)
                + ".",
            ),
        )


def check_urgent(context: Context) -> None:
    """Tell urgent messages of campaigns that are not about safety."""
    purposes = [purpose.purpose for _, purpose in context.all(PurposeIs)]
    if not purposes or "safety" in purposes:
        return
    for node, send in context.all(Send):
        if send.urgent:
            context.report.add(
                "TF501",
                f"`urgent` is for safety, and the purpose of this campaign is `{purposes[0]}`",
                node.spans["urgent"],
                help=(
                    "An urgent message leaves in quiet hours and before all others. If people's "
                    "safety depends on it, write `purpose safety` at the top.",
                ),
            )
