"""What the installed policies cost: a usual message, and texts made to keep them busy."""

from collections.abc import Sequence
from pathlib import Path
from time import process_time

import anyio
import pytest

from tactful.runtime.policies import ask_each
from tactful.runtime.ports import Medium, Policy
from tactful.runtime.project import Project
from tactful.testing import sample_message

USUAL = [
    "Hi Ana, your order {n} is late. It comes on Friday between 10 and 12. Sorry! Acme. STOP ends.",
    "Acme: your appointment is on {n} March at 9:30. Reply YES to keep it, or CHANGE to move it.",
    "The power is out in your street. We expect it back by {n}:00. Track it: https://acme.example/{n}",
    "Votre commande {n} est en retard. Elle arrive vendredi entre 10 et 12 heures. Pardon, Acme.",
]
BAIT = {
    "one letter": "a ", "letters apart": "p r i z e ", "digits for letters": "pr1z3 w0n ",
    "words run together": "ihatewonprizeaccount ", "nothing but Cyrillic": "а", "mixed": "аb ",
    "invisible": "p\u200b", "fancy": "𝐅", "numbers": "1.1 ", "links": "a.b.com/",
    "stop words": "you are all ", "anchors": "won prize claim call account ", "punctuation": ".",
    "blanks": " ", "stars": "*a", "half": "½",
}  # fmt: skip


async def _spent(
    policies: Sequence[Policy], texts: Sequence[str], channel: Medium, rounds: int
) -> list[float]:
    """Return what each of some texts costs, in milliseconds of the processor, at best."""
    spent = []
    for text in texts:
        best = float("inf")
        for number in range(rounds):
            # Another text each time: the last ones are kept as they were read.
            message = sample_message(channel, text=f"{number}{text}"[:100_000])
            started = process_time()
            await ask_each(policies, message, {"purpose": "service", "country": "US"})
            best = min(best, process_time() - started)
        spent.append(best * 1e3)
    return sorted(spent)


@pytest.mark.bench
def test_bench_policies() -> None:
    policies = tuple(Project(Path.cwd()).plugins.policies().values())
    print(f"\n{len(policies)} policies: {', '.join(policy.name for policy in policies)}")
    texts = [text.format(n=n) for n in range(300) for text in USUAL]
    spent = anyio.run(_spent, policies, texts, "sms", 1)
    print(f"a message of 90 characters: p50 {spent[len(spent) // 2]:.3f} ms, ", end="")
    print(f"p99 {spent[len(spent) * 99 // 100]:.3f} ms (reach: 0.3)")
    for what, bait in BAIT.items():
        text = (bait * (100_000 // len(bait) + 1))[:100_000]
        (cost,) = anyio.run(_spent, policies, [text], "email", 3)
        print(f"100,000 characters, {what}: {cost:.1f} ms (reach: 50)")
