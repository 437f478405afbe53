"""What the local Twilio leaves out: signed requests of every kind, and calls that follow TwiML.

It signs with the SDK's own code, posts to our routes, and does during a call what the documents
that come back say: it hears what is said, presses keys, and follows where they are posted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import httpx
from twilio.request_validator import RequestValidator

Pairs = Iterable[tuple[str, str]]


@dataclass
class Telephone:
    """Posts to a public address, which may lead to another server: `reach` maps its start."""

    token: str
    client: httpx.Client
    reach: Mapping[str, str] = field(default_factory=dict)

    def post(self, url: str, form: Mapping[str, str], **headers: str) -> httpx.Response:
        """Post a form as Twilio does: signed for the public address."""
        signature = RequestValidator(self.token).compute_signature(url, dict(form))
        told = {"content-type": "application/x-www-form-urlencoded"}
        told |= {"x-twilio-signature": signature} | headers
        at = next((url.replace(a, b, 1) for a, b in self.reach.items() if url.startswith(a)), url)
        return self.client.post(at, content=urlencode(form), headers=told)

    def call(self, url: str, keys: str = "", **form: str) -> list[str]:
        """Pick a call up: fetch what it says, press these keys, one at each question.

        Returns what was said, in order. A space presses nothing. Keys are pressed when all of a
        question was said.
        """
        heard: list[str] = []
        pressed = iter(keys)
        document: Element | None = self._document(url, form)
        while document is not None:
            document = self._follow(document, heard, pressed, form)
        return heard

    def _document(self, url: str, form: Mapping[str, str]) -> Element:
        answer = self.post(url, form)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/xml")
        root = ElementTree.fromstring(answer.content)
        assert root.tag == "Response"
        return root

    def _follow(
        self, document: Element, heard: list[str], keys: Iterable[str], form: Mapping[str, str]
    ) -> Element | None:
        for verb in document:
            heard += [say.text or "" for say in verb.iter("Say")]
            if verb.tag == "Hangup":
                break
            if verb.tag == "Gather" and (key := next(iter(keys), " ")) != " ":
                return self._document(verb.attrib["action"], {**form, "Digits": key})
        return None
