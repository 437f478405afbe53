"""Puts the words of a mail into its look: a template with names, its styles written into the tags.

Mail programs ignore style sheets, so css-inline does that, and nothing is loaded from anywhere.
"""

import html
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import css_inline

from tactful.errors import ConfigInvalid
from tactful_smtp.markup import Markup
from tactful_smtp.settings import Brand

_NAME = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_NAMES = ("subject", "preview", "content", "header", "footer", "brand", "colour", "language")

_UNSUBSCRIBE = {
    "ar": "إلغاء الاشتراك",
    "bg": "Отписване",
    "cs": "Odhlásit odběr",
    "da": "Afmeld",
    "de": "Abmelden",
    "el": "Κατάργηση εγγραφής",
    "en": "Unsubscribe",
    "es": "Darse de baja",
    "et": "Loobu kirjadest",
    "fi": "Peru tilaus",
    "fr": "Se désabonner",
    "ga": "Díliostáil",
    "hr": "Odjava",
    "hu": "Leiratkozás",
    "it": "Annulla l'iscrizione",
    "ja": "配信停止",
    "ko": "수신 거부",
    "lt": "Atsisakyti",
    "lv": "Atrakstīties",
    "nb": "Avslutt abonnementet",
    "nl": "Afmelden",
    "no": "Avslutt abonnementet",
    "pl": "Wypisz się",
    "pt": "Cancelar subscrição",
    "ro": "Dezabonare",
    "ru": "Отписаться",
    "sk": "Odhlásiť odber",
    "sl": "Odjava",
    "sv": "Avsluta prenumerationen",
    "tr": "Abonelikten çık",
    "uk": "Відписатися",
    "zh": "退订",
}


class Layout:
    """The look of all mails of one brand."""

    def __init__(self, brand: Brand, folder: Path, *, markdown: bool = True) -> None:
        """Read the template. Blocks. Raises `ConfigInvalid` when it cannot be used."""
        self._brand = brand
        self._markup = Markup(markdown=markdown)
        self._template = _checked(_read(brand, folder), brand.layout or "layout.html")
        self._inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)

    def html(
        self, subject: str, text: str, unsubscribe: str | None, locale: str | None = None
    ) -> str:
        """Return a whole mail as HTML. `unsubscribe` is a link, if there is one."""
        brand = self._brand
        values = {
            "subject": html.escape(subject),
            "preview": html.escape(self._markup.first_words(text)),
            "content": self._markup.html(text),
            "header": _header(brand),
            "footer": self._footer(unsubscribe, locale),
            "brand": html.escape(brand.name),
            "colour": brand.colour,
            "language": html.escape(locale or "", quote=True),
        }
        return self._inliner.inline(_filled(self._template, values))

    def _footer(self, unsubscribe: str | None, locale: str | None) -> str:
        lines = [html.escape(one) for one in self._brand.footer.splitlines()]
        if unsubscribe is not None:
            link = html.escape(unsubscribe, quote=True)
            words = self._brand.unsubscribe or unsubscribe_words(locale)
            lines.append(f'<a href="{link}">{html.escape(words)}</a>')
        return "<br>".join(lines)


def unsubscribe_words(locale: str | None) -> str:
    """Return what an unsubscribe link says in a language; English where we do not know it."""
    language = (locale or "en").replace("_", "-").partition("-")[0].lower()
    return _UNSUBSCRIBE.get(language, _UNSUBSCRIBE["en"])


def _header(brand: Brand) -> str:
    name = html.escape(brand.name, quote=True)
    if not brand.logo:
        return name
    return f'<img src="{html.escape(brand.logo, quote=True)}" alt="{name}">'


def _filled(template: str, values: Mapping[str, str]) -> str:
    return _NAME.sub(lambda found: values[found[1]], template)


def _read(brand: Brand, folder: Path) -> str:
    if not brand.layout:
        return files("tactful_smtp").joinpath("layout.html").read_text(encoding="utf-8")
    path = folder / brand.layout
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigInvalid(
            f"the layout {path} cannot be read", help="It must be a text file that you can read."
        ) from error
    return _from_mjml(text, path) if path.suffix == ".mjml" else text


def _from_mjml(text: str, path: Path) -> str:
    try:
        import mrml
    except ImportError as error:
        raise ConfigInvalid(
            f"the layout {path.name} is MJML, which needs another package",
            help="pip install 'tactful-smtp[mjml]'",
        ) from error
    try:
        return str(mrml.to_html(text).content)
    except OSError as error:
        raise ConfigInvalid(f"the layout {path.name} is no MJML: {error}") from error


def _checked(template: str, name: str) -> str:
    unknown = sorted(set(_NAME.findall(template)) - set(_NAMES))
    if unknown:
        raise ConfigInvalid(
            f"the layout {name} names `{unknown[0]}`, which there is not",
            help=f"It may name {', '.join(_NAMES)}.",
        )
    if "content" not in _NAME.findall(template):
        raise ConfigInvalid(
            f"the layout {name} has no place for the text", help="Write {{ content }} there."
        )
    return template
