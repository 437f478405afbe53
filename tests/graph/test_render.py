"""Pictures of graphs: every step and every way is there, in the words of the flow, and readable."""

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.cli.picture import picture
from tactful.graph import model
from tactful.graph.moments import ClockMoment, DayMoment, UntilMoment, ValueMoment
from tactful.graph.render import mermaid as diagrams
from tactful.graph.render.dot import WIDEST, measure, width_of, wrapped
from tactful.graph.render.mermaid import mermaid
from tactful.graph.render.page import page
from tactful.graph.render.sketch import Arrow, Box, Sketch, sketch
from tactful.graph.render.words import body_of, condition_words, title_of
from tactful.values import DAY, HOUR
from tests.graph.drafts import Block, flows, graph_of
from tests.graph.sources import campaign

FLOW = """\
journey:
  tag big when total at least 200
  send sms "Hi {{ first_name | or('there') }} <b>& you</b>":
    on not delivered within 30 minutes: go to by_mail
  wait up to 24 hours:
    on reply "refund", "money back": go to refund
    on reply number 1 to 5 as score: stop because "rated"
    on timeout: go to by_mail
stage by_mail:
  send email:
    subject "Late"
    "Dear {{ first_name }}"
  wait 1 day
  go to by_mail at most 2 times
stage refund:
  hand off to refunds priority high:
    note "{{ reply }}"
"""


ROUNDS = """\
journey:
  split wording:
    variant short 0.5%: tag short
    variant long 99.5%: go to rounds
  go to rounds
stage rounds:
  repeat at most 3 times every 1 day:
    repeat at most 2 times: tag round
"""


def _arrows(drawn: Sketch) -> set[tuple[str, str, str]]:
    """Return each arrow as the titles of its boxes and its label."""
    titles = {box.name: box.title for box in drawn.boxes}
    return {(titles[one.start], one.label, titles[one.end]) for one in drawn.arrows}


def test_a_sketch_says_the_way_in_the_words_of_the_flow() -> None:
    drawn = sketch(campaign(FLOW).graph)
    assert _arrows(drawn) == {
        ("start", "", "when total at least 200"),
        ("when total at least 200", "yes", "tag big"),
        ("when total at least 200", "no", "send sms"),
        ("tag big", "", "send sms"),
        ("send sms", "on not delivered within 30 minutes", "send email"),
        ("send sms", "else", "wait up to 1 day"),
        ("wait up to 1 day", 'on reply "refund", "money back"',
         "hand off to refunds priority high"),
        ("wait up to 1 day", "on reply number 1 to 5 as score", "stop"),
        ("wait up to 1 day", "on timeout", "send email"),
        ("send email", "", "wait 1 day"),
        ("wait 1 day", "", "go back at most 2 times"),
        ("go back at most 2 times", "again", "send email"),
        ("go back at most 2 times", "then", "end"),
        ("hand off to refunds priority high", "", "end"),
    }  # fmt: skip
    assert [group.name for group in drawn.groups] == ["journey", "by_mail", "refund"]
    bodies = {box.title: box.body for box in drawn.boxes}
    assert bodies["send sms"] == 'Hi {{ first_name | or("there") }} <b>& you</b>'
    assert bodies["send email"] == "Late\nDear {{ first_name }}"
    assert bodies["stop"] == "rated"


def test_variants_show_their_shares_and_rounds_lead_back() -> None:
    drawn = sketch(campaign(ROUNDS).graph)
    assert _arrows(drawn) == {
        ("start", "", "split wording"),
        ("split wording", "short 0.5%", "tag short"),
        ("split wording", "long 99.5%", "repeat at most 3 times every 1 day"),
        ("tag short", "", "repeat at most 3 times every 1 day"),
        ("repeat at most 3 times every 1 day", "each time", "repeat at most 2 times"),
        ("repeat at most 2 times", "each time", "tag round"),
        ("tag round", "", "repeat at most 2 times"),
        ("repeat at most 2 times", "then", "repeat at most 3 times every 1 day"),
        ("repeat at most 3 times every 1 day", "then", "end"),
    }


NINE = time(9)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (ClockMoment(at=NINE), "09:00 recipient time"),
        (ClockMoment(at=NINE, weekday=0, zone="Europe/Dublin"), "monday 09:00 Europe/Dublin"),
        (DayMoment(day=date(2026, 12, 1), at=NINE, zone="Europe/Dublin"),
         "2026-12-01 09:00 Europe/Dublin"),
        (ValueMoment(name="due"), "due"),
        (ValueMoment(name="due", offset=-2 * DAY), "2 days before due"),
        (ValueMoment(name="due", offset=HOUR, at=NINE), "1 hour after due at 09:00"),
    ],
)  # fmt: skip
def test_a_wait_says_for_which_moment(moment: UntilMoment, words: str) -> None:
    step = model.WaitUntil(id="journey/wait until/1", stage="journey", moment=moment)
    assert title_of(step) == f"wait until {words}"


def test_a_wait_for_a_moment_says_what_may_come_before() -> None:
    flow = """\
journey:
  wait until monday 09:00 Europe/Dublin:
    on event moved: stop
  wait until 10:00 recipient time
"""
    assert _arrows(sketch(campaign(flow).graph)) == {
        ("start", "", "wait until monday 09:00 Europe/Dublin"),
        ("wait until monday 09:00 Europe/Dublin", "on event moved", "stop"),
        ("wait until monday 09:00 Europe/Dublin", "when it comes",
         "wait until 10:00 recipient time"),
        ("wait until 10:00 recipient time", "", "end"),
    }  # fmt: skip


def test_a_message_tells_its_languages_files_and_what_a_machine_hears() -> None:
    text = model.Text(parts=("Hello",))
    send = model.Send(
        id="journey/send voice/1",
        stage="journey",
        channel="voice",
        text=text,
        wordings=(model.Wording(language="fr", text=text),),
        attachments=(model.Attachment(name="a.pdf", sha256="", media_type="", size=1),),
        leave=model.Text(parts=("Call us",)),
    )
    assert body_of(send) == "(also in fr)\n(with a.pdf)\nHello\n(to a machine: Call us)"


def test_one_stage_shows_where_it_leads_to() -> None:
    drawn = sketch(campaign(FLOW).graph, "journey")
    assert ("send sms", "on not delivered within 30 minutes", "stage by_mail") in _arrows(drawn)
    assert {group.name for group in drawn.groups} == {"journey"}


def test_a_stage_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        sketch(campaign(FLOW).graph, "nowhere")


@pytest.mark.parametrize(
    "written",
    [
        "vip",
        "not vip",
        "total is missing",
        "total is not missing",
        "total above 2 and (vip or total below 1)",
        'first_name is not "Ana"',
        'first_name is one of "Ana", "Bo"',
        'first_name is not one of "Ana", "Bo"',
        'first_name contains "a"',
        "first_name matches /a.*b/",
        "total at most 2.5",
    ],
)
def test_conditions_are_said_as_they_are_written(written: str) -> None:
    (step, *_) = campaign(f"journey:\n  tag it when {written}\n").graph.steps
    assert isinstance(step, model.Choose)
    condition = step.cases[0].condition
    assert condition is not None
    assert condition_words(condition) == written


@given(flows(side_by_side=True))
def test_every_step_and_every_way_is_drawn(stages: dict[str, Block]) -> None:
    graph = graph_of(stages)
    drawn = sketch(graph)
    names = {box.name for box in drawn.boxes}
    assert {one.start for one in drawn.arrows} | {one.end for one in drawn.arrows} <= names
    jumps = {i for i, step in enumerate(graph.steps) if _is_plain_jump(step)}
    assert {f"s{i}" for i in range(len(graph.steps)) if i not in jumps} <= names
    for text in mermaid(graph).values():
        assert text.count("subgraph") == len(drawn.groups)


def _is_plain_jump(step: model.AnyStep) -> bool:
    return isinstance(step, model.GoTo) and step.at_most is None


def test_a_step_of_a_new_kind_is_drawn_by_its_phrase() -> None:
    class Dance(model.Step):
        kind: str = "dance"

    assert title_of(Dance(id="ball/dance slowly/1", stage="ball")) == "dance slowly"


# ---- Mermaid ------------------------------------------------------------------------------------


def test_nothing_a_flow_says_is_taken_for_mermaid() -> None:
    body = 'journey:\n  send sms "a ` #1; <b> & *x* _y_ ~ \\ {{ first_name }}|](end)"\n  tag a\n'
    (text,) = mermaid(campaign(body).graph).values()
    label = next(line for line in text.splitlines() if "send sms" in line)
    inside = label.split('"')[1].removeprefix("send sms")
    assert not re.search(r"[`<>&*\\~]", inside.replace("<br/>", "").replace("<i>", "")
                         .replace("</i>", ""))  # fmt: skip
    assert "#96;" in inside
    assert label.count('"') == 2


def test_too_large_a_graph_becomes_one_diagram_for_each_stage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = campaign(FLOW).graph
    assert list(mermaid(graph)) == [""]
    for limit, most in (("MOST_ARROWS", 5), ("MOST_CHARACTERS", 500)):
        with monkeypatch.context() as patch:
            patch.setattr(diagrams, limit, most)
            assert list(mermaid(graph)) == ["journey", "by_mail", "refund"]
            assert list(mermaid(graph, "refund")) == ["refund"]


# ---- JSON ---------------------------------------------------------------------------------------


def test_json_is_the_step_graph_with_its_lines() -> None:
    made = campaign(FLOW)
    data = page(made)
    assert (data["form"], data["revision"]) == (1, made.graph.revision)
    steps = [
        {name: value for name, value in step.items() if name not in ("index", "line")}
        for step in data["steps"]
    ]
    ours = {"form", "revision", "guards", "worst_case"}
    rest = {name: value for name, value in data.items() if name not in ours}
    assert model.StepGraph.model_validate(rest | {"steps": steps}) == made.graph
    assert [step["index"] for step in data["steps"]] == list(range(len(steps)))
    assert all(step["line"] for step in data["steps"])
    assert {step["stage"] for step in page(made, "refund")["steps"]} == {"refund"}


# ---- SVG ----------------------------------------------------------------------------------------

_SVG = "{http://www.w3.org/2000/svg}"


def _rects(root: ElementTree.Element, kind: str) -> Iterator[tuple[float, float, float, float]]:
    for group in root.iter(f"{_SVG}g"):
        if kind in (group.get("class") or "").split():
            rect = group.find(f"{_SVG}rect")
            assert rect is not None
            x, y, width, height = (float(rect.get(n, "")) for n in ("x", "y", "width", "height"))
            yield x, y, x + width, y + height


def _overlap(one: Any, other: Any) -> bool:
    return bool(one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])


def test_a_picture_shows_all_boxes_side_by_side_within_their_stages() -> None:
    drawn = sketch(campaign(FLOW).graph)
    root = ElementTree.fromstring(picture(drawn))
    boxes, stages = list(_rects(root, "box")), list(_rects(root, "stage"))
    assert len(boxes) == len(list(drawn.boxes))
    for areas in (boxes, stages):
        assert not [1 for i, one in enumerate(areas) for other in areas[:i] if _overlap(one, other)]
    for box in boxes:
        inside = [s for s in stages if s[0] <= box[0] and s[1] <= box[1] and s[2] >= box[2]]
        assert len(inside) == 1


def test_a_picture_can_be_read_aloud_and_in_the_dark() -> None:
    text = picture(sketch(campaign(FLOW).graph))
    root = ElementTree.fromstring(text)
    assert root.findtext(f"{_SVG}title") == "Late order"
    assert "send sms → on not delivered within 30 minutes → send email" in (
        root.findtext(f"{_SVG}desc") or ""
    )
    told = [title.text or "" for title in root.iter(f"{_SVG}title")]
    assert any("<b>& you</b>" in title for title in told)
    assert "prefers-color-scheme: dark" in text
    assert "var(" not in text


@given(st.text(max_size=300))
def test_no_line_is_wider_than_its_box_and_no_sign_is_lost(text: str) -> None:
    lines = wrapped(text, 12.0, 120.0)
    assert all(width_of(line, 12.0) <= 120.0 or len(line) == 1 for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(text.split())


@given(st.text(max_size=60))
def test_any_text_can_be_drawn(text: str) -> None:
    graph = campaign(FLOW).graph
    first = graph.steps[1].model_copy(update={"tags": (text,)})
    odd = graph.model_copy(update={"steps": (graph.steps[0], first, *graph.steps[2:])})
    ElementTree.fromstring(picture(sketch(odd)))


def test_a_slot_stays_whole_where_it_fits_and_else_breaks_between_its_words() -> None:
    assert wrapped("Dear {{ first_name }}, hello", 12.0, 120.0)[1] == "{{ first_name }},"
    long = wrapped('{{ question | or("No channel reached this customer") }}', 12.0, 120.0)
    assert 'customer")' in " ".join(long).split()


def test_a_long_text_is_cut_off_with_a_sign_that_it_is() -> None:
    one = measure(Box("s0", "send", "send sms", "word " * 200))
    assert one.body[-1].endswith("…")
    assert one.width <= WIDEST + 2 * 14.0


def test_arrows_know_their_counted_jumps() -> None:
    drawn = sketch(campaign(FLOW).graph)
    assert [arrow.label for arrow in drawn.arrows if arrow.back] == ["again"]
    assert Arrow("start", "s0") in drawn.arrows
