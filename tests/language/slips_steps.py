"""Slips in repetitions, splits, and lines at any time."""

from tests.language.slip import Slip

_SPLIT = """    tag small
    split wording:
      variant short 50%: tag short
      variant long 50%: tag long"""
_ROUND = "    tag small\n    repeat at most 3 times:\n      tag round"


def _in_split(name: str, old: str, new: str, code: str, at: str) -> Slip:
    assert old in _SPLIT, old
    return Slip(name, "    tag small", _SPLIT.replace(old, new, 1), code, at)


def _in_repeat(name: str, old: str, new: str, code: str, at: str) -> Slip:
    assert old in _ROUND, old
    return Slip(name, "    tag small", _ROUND.replace(old, new, 1), code, at)


BRANCHING = (
    _in_repeat("repeat how often", "at most 3 times", "", "TF211", "repeat"),
    _in_repeat("repeat without at most", "at most 3", "3", "TF212", "repeat 3"),
    _in_repeat("repeat never", "3 times", "0 times", "TF210", "repeat"),
    _in_repeat("repeat for ever", "3 times", "101 times", "TF214", "repeat"),
    _in_repeat("repeat without a block", ":\n      tag round", "", "TF109", "repeat"),
    _in_repeat("repeat every how long", "times:", "times every day:", "TF210", "repeat"),
    _in_repeat("repeats in repeats", "      tag round", "      repeat at most 34 times:\n"
               "        repeat at most 2 times:\n          tag round", "TF350", "34 times"),
    _in_repeat("attempt outside", "      tag round", "      tag round\n    tag x when attempt is 2",
               "TF351", "tag x"),
    _in_repeat("attempt of itself", "times:", "times when attempt is 2:", "TF351", "repeat"),
    _in_repeat("attempt and a text", "tag round", 'tag x when attempt is "2"', "TF318", "tag x"),
    _in_repeat("after a round that leaves", "tag round", "stop\n    tag x", "TF305", "tag x"),
    _in_split("shares short of a whole", "long 50%", "long 40%", "TF352", "split"),
    _in_split("shares beyond a whole", "long 50%", "long 50.1%", "TF352", "split"),
    _in_split("only one variant", "\n      variant long 50%: tag long", "", "TF353", "variant"),
    _in_split("two variants of one name", "long 50%", "short 50%", "TF354", "tag long"),
    _in_split("a split called like a column", "wording", "sms_ok", "TF354", "split"),
    _in_split("a split called like a word", "wording", "attempt", "TF214", "split"),
    _in_split("two splits of one name", "tag small", _SPLIT.strip(), "TF354", "split"),
    _in_split("share without its sign", "long 50%", "long 50", "TF210", "tag long"),
    _in_split("share of nothing", "long 50%", "long 0%", "TF210", "tag long"),
    _in_split("share in words", "long 50%", "long half", "TF210", "tag long"),
    _in_split("share forgotten", "long 50%", "long", "TF211", "tag long"),
    _in_split("variant misspelt", "variant long", "varient long", "TF201", "varient"),
    _in_split("step in a split", "variant long 50%: tag long", "tag long", "TF202", "tag long"),
    _in_split("condition on a variant", "long 50%", "long 50% when sms_ok", "TF208", "tag long"),
    _in_split("after variants that leave", "tag short\n      variant long 50%: tag long",
              "stop\n      variant long 50%: stop\n    tag x", "TF305", "tag x"),
)  # fmt: skip

_ANY_TIME = """at any time:
  on event order.paid, order.gone as paid with same lang at most 2 times: stop
  on reply "agent" when sms_ok: go to agent
  on opt out: tag gone

journey:"""


def _at_any_time(name: str, old: str, new: str, code: str, at: str) -> Slip:
    assert old in _ANY_TIME, old
    return Slip(name, "journey:", _ANY_TIME.replace(old, new, 1), code, at)


ANY_TIME = (
    _at_any_time("nothing at any time", _ANY_TIME, "at any time:\n\njourney:", "TF108", "at any"),
    _at_any_time("at any time twice", "\njourney", "\nat any time:\n  on event x: stop\n\njourney",
                 "TF207", "at any time"),
    _at_any_time("at any time with a when", "any time:", "any time when sms_ok:", "TF208",
                 "at any"),
    _at_any_time("opt out twice", "tag gone", "tag gone\n  on opt out: tag x", "TF207", "tag x"),
    _at_any_time("step at any time", "on opt out: tag gone", "tag gone", "TF202", "tag gone"),
    _at_any_time("timeout at any time", "on opt out", "on timeout", "TF202", "on timeout"),
    _at_any_time("every reply at any time", '  on reply "agent"', "  on other reply", "TF202",
                 "on other reply"),
    _at_any_time("at any time misspelt", "at any time", "at any tiem", "TF201", "at any tiem"),
    _at_any_time("event misspelt", "on event", "on evnet", "TF201", "on evnet"),
    _at_any_time("unknown stage at any time", "to agent", "to agnet", "TF301", "go to agnet"),
    _at_any_time("same misspelt", "same lang", "same lnag", "TF357", "same lnag"),
    _at_any_time("same as what is no column", "same lang", "same score", "TF357", "same score"),
    _at_any_time("no times at all", "at most 2 times", "at most 0 times", "TF210", "0 times"),
    _at_any_time("unknown name at any time", "when sms_ok", "when sms_okay", "TF312", "sms_okay"),
    _at_any_time("message after an opt-out", "tag gone", 'send sms "Sorry!"', "TF356", "Sorry"),
    _at_any_time("jump after an opt-out", "tag gone", "go to agent", "TF356", "go to agent"),
    _at_any_time("wait after an opt-out", "tag gone",
                 "\n    wait up to 1 day:\n      on reply yes: tag x", "TF356", "wait up"),
    _at_any_time("message under a when after an opt-out", "tag gone",
                 '\n    when sms_ok:\n      send sms "Sorry!"', "TF356", "Sorry"),
    Slip("count in a wait", 'on reply "refund"', 'on reply "refund" at most 2 times', "TF355",
         "at most"),
    Slip("count of events in a wait", "as news", "as news at most 2 times", "TF355", "as news"),
    Slip("same in a wait misspelt", "as news", "as news with same ordr_id", "TF357", "ordr_id"),
    Slip("opt out in a wait", "    on timeout", "    on opt out: tag x\n    on timeout", "TF202",
         "on opt out"),
)  # fmt: skip
