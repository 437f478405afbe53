"""The look of a mail: the template that comes along, one of your own, one in MJML."""

from pathlib import Path

import pytest

from tactful.errors import ConfigInvalid
from tactful.runtime.ports import Accepted, Retry
from tactful_smtp.layout import Layout, unsubscribe_words
from tactful_smtp.settings import Brand
from tests.servers.postfix import smtp_sink
from tests.servers.smtp import channel, mail

OWN = """\
<html><head><style>p { color: {{ colour }}; }</style>
<link rel="stylesheet" href="https://example.com/never-loaded.css"></head>
<body><h1>{{ subject }}</h1>{{ header }}{{ content }}{{ footer }}</body></html>
"""
MJML = """\
<mjml><mj-body><mj-section><mj-column>
<mj-text>{{ header }}</mj-text><mj-text>{{ content }}</mj-text><mj-text>{{ footer }}</mj-text>
</mj-column></mj-section></mj-body></mjml>
"""


def layout(folder: Path, name: str, text: str) -> Layout:
    (folder / name).write_text(text, encoding="utf-8")
    return Layout(Brand(name="Acme", colour="#aa3300", layout=name), folder)


def test_a_layout_of_your_own_is_filled_and_loads_nothing(tmp_path: Path) -> None:
    page = layout(tmp_path, "mail.html", OWN).html("It's <late>", "Hello", "https://e.example/u")
    assert '<p style="color: #aa3300;">Hello</p>' in page
    assert "It's &lt;late&gt;</h1>" in page
    assert '<a href="https://e.example/u">Unsubscribe</a>' in page


def test_without_markdown_marks_are_signs_and_links_show_where_they_lead() -> None:
    text = "Hi [**click**](https://evil.example),\nsee https://good.example/1 <b>\n\n# 1 - one"
    page = Layout(Brand(), Path(), markdown=False).html("Late", text, None)
    assert "Hi [**click**](" in page
    assert ">https://good.example/1</a> &lt;b&gt;" in page
    assert "<br>" in page
    assert "# 1 - one</p>" in page


def test_a_layout_in_mjml(tmp_path: Path) -> None:
    page = layout(tmp_path, "mail.mjml", MJML).html("Late", "Hello **Ana**", None)
    assert "<strong>Ana</strong>" in page
    assert "<mj-" not in page
    assert "Acme" in page


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("mail.html", "<p>{{ contents }}{{ content }}</p>", "names `contents`"),
        ("mail.html", "<p>Hello</p>", "no place for the text"),
        ("mail.mjml", "<mjml><mj-body>", "is no MJML"),
    ],
)
def test_a_layout_that_cannot_be_used_is_told(
    tmp_path: Path, name: str, text: str, says: str
) -> None:
    with pytest.raises(ConfigInvalid) as raised:
        layout(tmp_path, name, text)
    assert says in raised.value.message


def test_the_link_speaks_the_readers_language() -> None:
    assert unsubscribe_words("fr-CA") == "Se désabonner"
    assert unsubscribe_words("xx") == unsubscribe_words(None) == "Unsubscribe"


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.promise("LOSS")
async def test_a_layout_that_is_missing_costs_nobody_their_mail(tmp_path: Path) -> None:
    with smtp_sink(keep=False) as sink:
        post = channel(tmp_path, sink.port, brand={"layout": "mail.html"})
        before = await post.send(mail())
        (tmp_path / "mail.html").write_text("{{ content }}")
        after = await post.send(mail())
        await post.aclose()
    assert isinstance(before, Retry)
    assert "mail.html" in before.reason
    assert isinstance(after, Accepted)
