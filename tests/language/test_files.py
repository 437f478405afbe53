"""Files that a flow uses: their texts are checked like any other, and told by their own lines."""

from collections.abc import Mapping

import pytest

from tactful.language import Checked, check
from tactful.language.files import Blob, FileUnreadable, media_type
from tests.language.flows import INSTALLED, LATE_ORDER, VOCABULARY

TEXT = LATE_ORDER[LATE_ORDER.index('    """\n    Dear') : LATE_ORDER.index("    on bounced")]
FLOW = LATE_ORDER.replace(TEXT, "").replace("send email:", 'send email using "templates/late.md":')
WELL = 'Dear {{ first_name | upper }},\n\n  # it: "is late"\n'


class Loose(Mapping[str, str]):
    """A folder with one file that cannot be used."""

    def __getitem__(self, written: str) -> str:
        raise FileUnreadable("is no text")

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(())

    def __len__(self) -> int:
        return 0


def checked(flow: str = FLOW, files: Mapping[str, str] | None = None) -> Checked:
    return check(
        flow,
        path="flows/late.flow",
        vocabulary=VOCABULARY,
        plugins=INSTALLED,
        files={"templates/late.md": WELL} if files is None else files,
    )


def test_the_text_of_a_file_is_the_text_of_the_message() -> None:
    for text in (WELL, "\ufeff" + WELL, WELL.replace("\n", "\r\n")):
        result = checked(files={"templates/late.md": text})
        assert result.diagnostics == ()
        assert result.flow is not None
        (node,) = [node for node in result.flow.walk() if node.word.phrase == "send email"]
        assert node.text is not None
        assert node.text.parts[0] == "Dear "
        assert node.text.parts[2] == ',\n\n  # it: "is late"'


def test_mistakes_in_a_file_name_it_and_its_line_and_come_last() -> None:
    text = "Dear {{ frist_name }},\n\n{{ reply | uper }} and {{ due\n"
    found = checked(
        FLOW.replace("go to refund", "go to refnd"), {"templates/late.md": text}
    ).diagnostics
    assert [(one.file, one.code, one.span.line, one.span.column) for one in found] == [
        ("flows/late.flow", "TF301", 33, 30),
        ("flows/templates/late.md", "TF312", 1, 9),
        ("flows/templates/late.md", "TF404", 3, 12),
        ("flows/templates/late.md", "TF401", 3, 24),
    ]


@pytest.mark.parametrize(
    "path",
    [
        "../late.md",
        "a/../../late.md",
        "/etc/passwd",
        "C:/late.md",
        "c:late.md",
        "..\\\\late.md",
        "\\\\\\\\server\\late.md",
    ],
)
def test_a_file_outside_the_folder_is_never_asked_for(path: str) -> None:
    found = checked(FLOW.replace("templates/late.md", path), Loose()).diagnostics
    assert [one.code for one in found] == ["TF431"]


def test_a_file_that_is_not_there_or_cannot_be_used_is_told_at_its_name() -> None:
    (missing,) = checked(files={}).diagnostics
    assert missing.code == "TF430"
    line = FLOW.split("\n")[missing.span.line - 1]
    assert line[missing.span.column - 1 : missing.span.end_column - 1] == '"templates/late.md"'
    (unusable,) = checked(files=Loose()).diagnostics
    assert unusable.code == "TF432"
    assert unusable.message == "`templates/late.md` cannot be used: it is no text"
    (empty,) = checked(files={"templates/late.md": " \n"}).diagnostics
    assert empty.code == "TF308"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("send email using", 'send email "Hi" using'),
        ('    subject "Order', '    "Hi"\n    subject "Order'),
        ("send email using", "send email late using"),
    ],
)
def test_a_text_is_given_once(old: str, new: str) -> None:
    flow = FLOW.replace(old, new)
    if " late " in new:
        flow = flow.replace("senders:", 'text late: "Hi"\n\nsenders:')
    codes = [one.code for one in checked(flow).diagnostics]
    assert codes == ["TF203"]


BLOBS = {"terms.pdf": Blob("aa", 6_000_000), "map.png": Blob("bb", 5_000_000), "no": Blob("cc", 0)}


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ('attach "terms.pdf"', []),
        ('attach "terms.pdf", "terms.pdf"', []),
        ('attach "terms.pdf", "map.png"', ["TF434"]),
        ('attach "terms.pdf"\n    attach "map.png"', ["TF434"]),
        ('attach "none.pdf"', ["TF430"]),
        ('attach "../terms.pdf"', ["TF431"]),
        ('attach "no"', ["TF432"]),
        ("attach terms.pdf", ["TF210"]),
        ("attach", ["TF211"]),
        ('atach "terms.pdf"', ["TF201"]),
    ],
)
def test_files_that_go_with_a_mail(lines: str, codes: list[str]) -> None:
    flow = LATE_ORDER.replace("    on bounced", f"    {lines}\n    on bounced")
    found = check(
        flow, path="late.flow", vocabulary=VOCABULARY, plugins=INSTALLED, blobs=BLOBS
    ).diagnostics
    assert [one.code for one in found] == codes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    on not delivered", '    attach "map.png"\n    on not delivered'),
        ("senders:", 'text a:\n  for sms:\n    "x"\n    attach "map.png"\n\nsenders:'),
    ],
)
def test_a_channel_that_carries_no_files_says_so(old: str, new: str) -> None:
    flow = LATE_ORDER.replace(old, new, 1)
    if "text a" in new:
        flow = flow.replace('send sms "Thank you!"', "send sms a")
    found = check(
        flow, path="late.flow", vocabulary=VOCABULARY, plugins=INSTALLED, blobs=BLOBS
    ).diagnostics
    assert [one.code for one in found] == ["TF433"]


def test_the_files_of_a_text_count_with_those_of_its_send() -> None:
    text = 'text a:\n  subject "x"\n  attach "terms.pdf"\n  "x"\n\nsenders:'
    flow = LATE_ORDER.replace("senders:", text).replace(
        "stage agent:\n", 'stage agent:\n  send email a:\n    attach "map.png"\n'
    )
    found = check(
        flow, path="late.flow", vocabulary=VOCABULARY, plugins=INSTALLED, blobs=BLOBS
    ).diagnostics
    assert [one.code for one in found] == ["TF434"]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("a/terms.PDF", "application/pdf"),
        ("photo.jpeg", "image/jpeg"),
        ("README", "application/octet-stream"),
        ("x.unheard", "application/octet-stream"),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_name(written: str, kind: str) -> None:
    assert media_type(written) == kind
