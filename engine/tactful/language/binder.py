"""Lines to nodes: each line gets its word, its values, its condition and its text."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tactful.language.conditions import Condition, read_condition
from tactful.language.diagnostics import Edit, Fix, Label, Span
from tactful.language.fields import FieldReader, tell_wrong
from tactful.language.files import Files
from tactful.language.formatter.pieces import condition_text
from tactful.language.layout import EMPTY
from tactful.language.lookup import Found, Lookup
from tactful.language.reading import Wrong
from tactful.language.report import Report, removing
from tactful.language.shape import Line, LineShape
from tactful.language.templates import Template, read_template
from tactful.language.tokens import Token, content_of, first_of, last_of
from tactful.language.tree import Node
from tactful.language.vocabulary import CORE, Unreadable, WordRule
from tactful.language.words.later import later_phrase


class Binder:
    """Binds the lines of one file."""

    def __init__(self, lookup: Lookup, report: Report, files: Files) -> None:
        self._lookup = lookup
        self._files = files
        self._report = report
        self._unindented: dict[Span, Span] = {}
        self.forms: dict[tuple[int, int], str] = {}
        """How tokens are best written, by line and column, where that is not how they are."""

    def bind(self, lines: Sequence[Line]) -> tuple[Node, ...]:
        """Return the nodes of a file."""
        return self._block(lines, "top", None)[0]

    def _block(
        self, lines: Sequence[Line], place: str, owner: WordRule | None
    ) -> tuple[tuple[Node, ...], Template | None]:
        nodes: list[Node] = []
        text: Template | None = None
        for line in self._straightened(lines, place):
            if self._report.is_full:
                break
            token = _text_of(line)
            if token is None:
                nodes.append(self._line(line, place))
                continue
            template = self._text(token, line, owner)
            if template is not None and text is not None:
                self._report.add("TF203", "there is a text above already", token.span)
            text = text or template
        return tuple(nodes), text

    def _straightened(self, lines: Sequence[Line], place: str) -> list[Line]:
        """Return the lines of a block with slips of indentation told and undone.

        Lines below a word that holds nothing become its neighbours. Lines that would fit below
        the colon above them, which has nothing, and not where they are, are put there; so are
        those after them that fit there, too.
        """
        kept: list[Line] = []
        holds: str | None = None
        for line in self._flattened(lines, place):
            text = _text_of(line) is not None
            if holds is not None and (text or self._lookup.fits(holds, line)):
                above = kept[-1]
                self._unindented.setdefault(above.span, line.first.span)
                if text or above.children or not self._lookup.fits(place, line):
                    below = self._flattened([line], holds)
                    kept[-1] = msgspec.structs.replace(above, children=(*above.children, *below))
                    continue
            kept.append(line)
            holds = self._held_by(line, place) if line.shape == "hollow" else None
        return kept

    def _held_by(self, line: Line, place: str) -> str | None:
        """Return the place inside a line, also when the line itself does not belong here."""
        block = self._lookup.block_of(place, line)
        if block is None and not self._lookup.fits(place, line):
            meant = self._lookup.meant(place, line)
            block = meant.word.block if meant else None
        return block.holds if block else None

    def _flattened(self, lines: Sequence[Line], place: str) -> list[Line]:
        flat: list[Line] = []
        for line in lines:
            if line.children and self._holds_nothing(line, place):
                self._tell_too_deep(line)
                shape: LineShape = "text" if line.shape == "text" else "plain"
                flat.append(msgspec.structs.replace(line, shape=shape, children=()))
                flat += self._flattened(line.children, place)
            else:
                flat.append(line)
        return flat

    def _holds_nothing(self, line: Line, place: str) -> bool:
        """Whether what is indented below a line without a colon cannot be meant to belong to it."""
        if line.shape != "colonless":
            return line.shape == "text"
        if not self._lookup.fits(place, line):
            return False
        block = self._lookup.block_of(place, line)
        if block is None or block.required:
            return block is None
        return not any(
            self._lookup.fits(block.holds, child) or (block.text and _text_of(child) is not None)
            for child in line.children
        )

    def _text(self, token: Token, line: Line, owner: WordRule | None) -> Template | None:
        """Return a text that stands on a line of its own, and tell what is wrong with it."""
        if owner is None or owner.word.block is None or not owner.word.block.text:
            self._report.add(
                "TF203",
                "a message text cannot stand here",
                token.span,
                help=("A text belongs under `send …:`.",),
            )
            return None
        template, mistakes = read_template(token)
        for mistake in mistakes:
            self._report.take(mistake)
        return template

    def _line(self, line: Line, place: str) -> Node:
        if line.first.kind == "JUNK" and line.first.text == EMPTY:
            return self._unreadable(line, place, None)
        found = self._lookup.find(place, line)
        if found is None:
            return self._unreadable(line, place, self._lookup.meant(place, line))
        rule = found.rule
        for item in line.items[: found.length]:
            token = first_of(item)
            if token.text != token.text.lower():
                self.forms[token.line, token.column] = token.text.lower()
        if self._tell_colon_left_out(line, found):
            return self._unreadable(line, place, rule)
        reader = FieldReader(rule, line, found.length, self._report)
        values = reader.read()
        self.forms |= reader.cursor.forms
        condition = self._condition(line, rule, told=values is None)
        self._check_block(line, rule)
        if values is None:
            return self._unreadable(line, place, rule)
        holds = rule.word.block.holds if rule.word.block else place
        children, below = self._block(line.children, holds, rule)
        text = getattr(values.word, "text", None) if "text" in values.spans else None
        if text is not None and below is not None:
            self._report.add(
                "TF203",
                "the text of this message is given twice",
                values.spans["text"],
                "here, and again below",
            )
        using = getattr(values.word, "using", None) if "using" in values.spans else None
        if isinstance(using, str):
            below = self._from_file(using, values.spans, is_given=below is not None or text)
        return Node(
            values.word,
            line.span,
            place,
            children,
            condition,
            text if isinstance(text, Template) else below,
            values.spans,
            rule.plugin,
            _said(line) if condition and rule.word.condition == "required" else "",
        )

    def _from_file(
        self, written: str, spans: Mapping[str, Span], *, is_given: object
    ) -> Template | None:
        if is_given:
            self._report.add(
                "TF203",
                "the text of this message is given twice",
                spans["using"],
                "here, and in the flow itself",
            )
            return None
        return self._files.template(written, spans["using"])

    def _unreadable(self, line: Line, place: str, rule: WordRule | None) -> Node:
        """Return the node of a broken line; what is below it is read if its word is known."""
        children: tuple[Node, ...] = ()
        if rule is None:
            self._excuse(line.walk())
        else:
            self._excuse([line])
            if rule.word.block:
                children, _ = self._block(line.children, rule.word.block.holds, rule)
            else:
                self._excuse(line.walk())
        meant = rule.phrase if rule else later_phrase(place, line.lead)
        word = Unreadable(meant=meant or "")
        return Node(word, line.span, place, children, plugin=rule.plugin if rule else CORE)

    def _excuse(self, lines: Iterable[Line]) -> None:
        """Remember the names of lines that cannot be read: they may declare them."""
        for line in lines:
            self._report.excused |= {
                content_of(token) for token in line.tokens if token.kind in ("WORD", "STRING")
            }

    def _condition(self, line: Line, rule: WordRule, *, told: bool) -> Condition | None:
        """Return what follows `when`. `told`: the line has mistakes that may hide a `when`."""
        mode = rule.word.condition
        if line.condition is None or line.when is None:
            if mode == "required" and not told:
                self._report.add(
                    "TF215",
                    f"`{rule.phrase}` needs a condition",
                    line.last.span,
                    "add `when …` after this",
                    help=(f"For example: `{rule.example}`",),
                )
            return None
        if mode == "none":
            self._report.add(
                "TF208", f"`{rule.phrase}` holds always; it takes no `when`", line.when.span
            )
            return None
        try:
            return read_condition(line.condition, line.when, shares=rule.word.shares)
        except Wrong as wrong:
            token = wrong.token or line.when
            upto = wrong.upto or token
            span = token.span.to(upto.span)
            tell_wrong(self._report, line, wrong, span)
            self._excuse([line])
            return None

    def _check_block(self, line: Line, rule: WordRule) -> None:
        """Tell when the colon and the indented lines do not go with the word."""
        block, phrase, last = rule.word.block, rule.phrase, line.last.span
        if block is None:
            if line.shape in ("opener", "inline", "hollow"):
                self._report.add(
                    "TF103",
                    f"`{phrase}` has nothing inside it, so it takes no colon",
                    last,
                    "colon after this",
                    fix=removing(last.end, "the colon") if line.shape == "hollow" else None,
                )
        elif line.shape == "colonless":
            self._report.add(
                "TF101",
                "a colon is missing at the end of this line",
                last,
                "put `:` after this",
                help=("A line that holds indented lines ends with a colon.",),
                fix=Fix("safe", "add the colon", (Edit(last.end, ":"),)),
            )
        elif line.shape == "hollow":
            self._tell_hollow(line, phrase)
        elif block.required and line.shape == "plain":
            self._report.add(
                "TF109",
                f"`{phrase}` needs indented lines below it",
                last,
                help=("Add a colon, and indent what belongs to it by two spaces.",),
            )

    def _tell_colon_left_out(self, line: Line, found: Found) -> bool:
        """Tell a line that needs a colon, and goes on with a step as if there were one."""
        block = found.rule.word.block
        if block is None or not block.required or block.holds != "steps" or line.shape != "plain":
            return False
        for length in range(found.length, len(line.items)):
            step = line.starting(length)
            if not self._lookup.fits("steps", step):
                continue
            head = msgspec.structs.replace(line, items=line.items[:length], condition=None)
            if FieldReader(found.rule, head, found.length, Report("")).read() is None:
                continue
            before = last_of(line.items[length - 1]).span
            self._report.add(
                "TF101",
                "a colon is missing in this line",
                before,
                "put `:` after this",
                help=("One step may stand on the same line, behind a colon.",),
                fix=Fix("safe", "add the colon", (Edit(before.end, ":"),)),
            )
            return True
        return False

    def _tell_hollow(self, line: Line, phrase: str) -> None:
        """Tell a colon with nothing below it, at the line that could belong there if any does."""
        colon = line.last.span
        help = f"Indent the lines that belong to `{phrase}` by two spaces."
        below = self._unindented.get(line.span)
        if below is None:
            self._report.add(
                "TF108",
                "nothing is indented below this line",
                colon,
                "the colon promises more",
                help=(help,),
            )
        else:
            self._report.add(
                "TF108",
                f"nothing is indented below line {line.first.line}",
                below,
                "should this be indented?",
                help=(help,),
                also=(Label(colon, "the colon promises more"),),
            )

    def _tell_too_deep(self, line: Line) -> None:
        self._report.add(
            "TF104",
            "this line is indented, and the line above it has nothing inside it",
            line.children[0].first.span,
            "indented too far?",
            help=(f"Line it up with line {line.first.line}.",),
            also=(Label(line.first.span, "the line above it"),),
        )


def _said(line: Line) -> str:
    return condition_text(line.condition) if line.condition else ""


def _text_of(line: Line) -> Token | None:
    """Return the token of a line that is nothing but a text."""
    if line.shape == "text" or (line.shape in ("plain", "colonless") and len(line.items) == 1):
        item = line.items[0]
        alone = line.condition is None and isinstance(item, Token)
        if alone and isinstance(item, Token) and item.kind in ("STRING", "TEXT", "OPEN_TEXT"):
            return item
    return None
