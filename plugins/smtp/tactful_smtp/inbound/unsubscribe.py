"""The page behind an unsubscribe link: looking at it changes nothing, its button does (RFC 8058).

Mail programs press the button by themselves, with `List-Unsubscribe=One-Click`; scanners of links
only look. So a POST acts, whatever is in it, and needs no cookie and no login.
"""

import html
from uuid import uuid4

from tactful.guard.addresses import mask
from tactful.runtime.inbound import Intake, OptedOut, WebAnswer, WebRequest
from tactful.runtime.ports import Message
from tactful_smtp.tokens import Tokens

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
  :root {{ color-scheme: light dark; }}
  body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 28rem; margin: 15vh auto;
         padding: 0 1.25rem; }}
  button {{ font: inherit; padding: .6rem 1.4rem; border: 0; border-radius: .4rem;
           background: {colour}; color: #fff; cursor: pointer; }}
  button:focus-visible {{ outline: 3px solid; outline-offset: 2px; }}
</style>
<main>
<h1>{title}</h1>
{body}
</main>
</html>
"""

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class UnsubscribePage:
    """Answers what comes to unsubscribe links. `colour` is that of its button."""

    def __init__(self, tokens: Tokens, colour: str) -> None:
        self._tokens = tokens
        self._colour = colour

    async def answer(self, request: WebRequest, intake: Intake) -> WebAnswer:
        """Show the page, or unsubscribe whom the link is of."""
        attempt = self._tokens.unsubscribed(request.path)
        message = await intake.message(attempt) if attempt is not None else None
        if attempt is None or message is None:
            return self._page(
                400,
                "This link is not whole",
                "<p>Open it once more from the mail, or answer that mail with “unsubscribe”.</p>",
            )
        if request.method != "POST":
            return self._question(message)
        # Each press counts: the person may have opted in again since the last one.
        name = f"link:{attempt}:{uuid4().hex}"
        opted_out = OptedOut(channel="email", address=message.to, dedup=name)
        await intake.take(opted_out)
        told = f"<p>{_shown(message)} gets no more e-mail like this from us.</p>"
        return self._page(200, "You are unsubscribed", told)

    def _question(self, message: Message) -> WebAnswer:
        body = (
            f"<p>Shall {_shown(message)} get no more e-mail like this from us?</p>"
            '<form method="post"><button>Unsubscribe</button></form>'
        )
        return self._page(200, "Unsubscribe", body)

    def _page(self, status: int, title: str, body: str) -> WebAnswer:
        page = _PAGE.format(title=html.escape(title), body=body, colour=self._colour)
        return WebAnswer(status, page.encode(), "text/html; charset=utf-8", _HEADERS)


def _shown(message: Message) -> str:
    return html.escape(mask(message.to))
