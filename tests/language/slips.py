"""Slips of people who write flows: each changes one thing, and deserves one message."""

from tests.language.flows import LATE_ORDER
from tests.language.slip import Slip
from tests.language.slips_calls import CALLS
from tests.language.slips_money import MONEY
from tests.language.slips_of_data import CHOOSING, TYPES
from tests.language.slips_steps import ANY_TIME, BRANCHING

_AUDIENCE = LATE_ORDER[LATE_ORDER.index("audience") : LATE_ORDER.index("senders:")]
_JOURNEY = LATE_ORDER[LATE_ORDER.index("journey:") :]
_DEEP = "".join(f"{' ' * (2 * depth)}when sms_ok:\n" for depth in range(1, 30))

LAYOUT = (
    Slip("colon forgotten", "24 hours:", "24 hours", "TF101", "wait up to"),
    Slip("colon of a setting forgotten", "senders:", "senders", "TF101", "senders"),
    Slip("text never closed", '    """\n    on bounced', "    on bounced", "TF102", '"""'),
    Slip("colon too much", "tag vip", "tag vip:", "TF103", "tag vip"),
    Slip("too deep", "      send sms \"Thank", "        send sms \"Thank", "TF104", "Thank"),
    Slip("below a setting", "purpose service\n", "purpose service\n  x\n", "TF104", "x"),
    Slip("one space off", "    on timeout", "   on timeout", "TF105", "on timeout"),
    Slip("stray colon", "    tag small", "    : tag small", "TF106", ": tag"),
    Slip("stray comma", "tag vip", "tag vip,", "TF106", "tag vip,"),
    Slip("comma in front", "tag vip", "tag , vip", "TF106", "tag , vip"),
    Slip("two whens", "sms_ok:\n    hand", "sms_ok when tell_more:\n    hand", "TF106", "when"),
    Slip("second text", "send email:", 'send email:\n    """\n    x\n    """', "TF203", '"""'),
    Slip("nothing below", 'care_queue:\n    note "They wrote: {{ reply }}"', "care_queue:", "TF108",
         "care_queue"),
    Slip("block not indented", "      tag keeps_order\n      send", "    tag keeps_order\n    send",
         "TF108", "tag keeps_order"),
    Slip("bare arm", "on bounced: stop", "on bounced", "TF109", "on bounced"),
    Slip("blocks in blocks", "  set refund_status", f"{_DEEP}  set refund_status", "TF111", "when"),
    Slip("endless line", "tag vip", "tag vip" + ", a" * 500, "TF112", "tag vip"),
)  # fmt: skip

WORDS = (
    Slip("unknown step", "tag keeps_order", "reward keeps_order", "TF201", "reward"),
    Slip("misspelt step", 'send sms "Hi', 'sned sms "Hi', "TF201", "sned"),
    Slip("misspelt arm", "on timeout", "on tiemout", "TF201", "tiemout"),
    Slip("misspelt setting", "campaign", "campain", "TF201", "campain"),
    Slip("word of other tools", "  when order", "  if order", "TF201", "if order"),
    Slip("goto", '"refund": go to', '"refund": goto', "TF201", "goto"),
    Slip("message as a step", "stage agent:\n", "stage agent:\n  We are sorry.\n", "TF201", "We"),
    Slip("step at the top", "journey:", "tag x\njourney:", "TF202", "tag x"),
    Slip("arm in the wrong block", "on bounced", "on timeout", "TF202", "on timeout: stop"),
    Slip("text at the top", "journey:", '"Hello"\njourney:', "TF203", "Hello"),
    Slip("text twice", '!" when', '!":\n        "x"\n      tag y when', "TF203", "Thank"),
    Slip("otherwise alone", "    stop\n  oth", "    stop\n  tag y\n  oth", "TF204", "otherwise"),
    Slip("limit", "throttle sms", "limit sms", "TF206", "limit"),
    Slip("setting twice", "purpose", 'owner "me@example.com"\npurpose', "TF207", "me@example"),
    Slip("arm twice", "    on timeo", "    on timeout: stop\n    on timeo", "TF207", "by_email"),
    Slip("quiet twice", "throttle", 'quiet hours none because "x"\nthrottle', "TF207", "none"),
    Slip("condition on a setting", "5 minutes", "5 minutes when sms_ok", "TF208", "throttle"),
    Slip("not available", '"Thank you!"', '"Thank you!" as x', "TF209", "as x"),
)  # fmt: skip

VALUES = (
    Slip("hrs", "24 hours", "24hrs", "TF210", "24hrs"),
    Slip("months", "24 hours", "2 months", "TF210", "2 months"),
    Slip("number alone", "up to 24 hours", "up to 24", "TF210", "up to 24"),
    Slip("wait for nothing", "24 hours", "0 hours", "TF210", "0 hours"),
    Slip("9pm", "21:00 to", "9pm to", "TF210", "9pm"),
    Slip("9 pm", "21:00 to", "9 pm to", "TF210", "9 pm"),
    Slip("25:00", "21:00 to", "25:00 to", "TF210", "25:00"),
    Slip("priority misspelt", "priority high", "priority hihg", "TF210", "hihg"),
    Slip("no quotes", '"care@example.com"', "care@example.com", "TF210", "owner"),
    Slip("apostrophes", '"Thank you!"', "'Thank you!'", "TF210", "Thank"),
    Slip("reply without quotes", 'reply "refund"', "reply refund", "TF210", "refund:"),
    Slip("stage in quotes", "stage agent", 'stage "agent"', "TF210", '"agent"'),
    Slip("pattern", 'reply "refund"', "reply like /re(/", "TF210", "/re(/"),
    Slip("two ways", "above 10", "above 01/12/2026", "TF210", "01/12"),
    Slip("currency", "above 200", "above 200 euros", "TF210", "euros"),
    Slip("range", "1 to 5", "5 to 1", "TF210", "5 to 1"),
    Slip("value missing", "csv \"orders.csv\"", "csv", "TF211", "audience"),
    Slip("named value missing", " through twilio", "", "TF211", "sms from"),
    Slip("name misspelt", "priority high", "prioritty high", "TF212", "prioritty"),
    Slip("too much", "tag vip", "tag vip now", "TF212", "vip now"),
    Slip("given twice", "priority high", "priority high priority low", "TF213", "priority"),
    Slip("default does not fit", "default 0", "default none", "TF214", "default none"),
    Slip("no reply named", 'on reply "refund":', "on reply:", "TF214", "on reply:"),
    Slip("two kinds of reply", 'reply "refund"', 'reply "refund" exactly "1"', "TF214", "exactly"),
    Slip("condition missing", " when sms_ok", "", "TF215", "consent"),
    Slip("open quote", '"Thank you!"', '"Thank you!', "TF216", "Thank"),
    Slip("equals sign", "refund_status to", "refund_status =", "TF217", "="),
)  # fmt: skip

CONDITIONS = (
    Slip("empty when", "when order_total above 200 and not sms_ok:", "when:", "TF220", "when:"),
    Slip("is greater than", "above 200", "is greater than 200", "TF221", "greater"),
    Slip("equals", "above 200", "equals 200", "TF221", "equals"),
    Slip("broken", "above 200 and", "above and", "TF222", "above and"),
    Slip("text alone", "not sms_ok:", 'not "ok":', "TF222", '"ok"'),
    Slip("stops early", "and not sms_ok:", "and not:", "TF223", "and not:"),
)  # fmt: skip

JOURNEY = (
    Slip("unknown stage", "timeout: go to by_email", "timeout: go to by_mail", "TF301", "by_mail"),
    Slip("two stages", "stage agent:", "stage agent:\n  stop\n\nstage agent:", "TF302", "agent:"),
    Slip("after stop", "    stop\n", "    stop\n    tag late\n", "TF305", "tag late"),
    Slip("below every reply", "    on other reply: go to agent",
         '    on other reply: go to agent\n    on reply "later": tag later', "TF305", "later"),
    Slip("below any reply", "    on other reply: go to agent",
         "    on reply as words: go to agent\n    on other reply: stop", "TF305", "on other reply"),
    Slip("opt-out word", '"keep", "wait"', '"keep", "stop"', "TF307", "stop"),
    Slip("yes among words", '"keep", "wait"', '"keep", yes', "TF210", "yes"),
    Slip("help word", '"keep", "wait"', '"keep", "help"', "TF307", "help"),
    Slip("no message", 'send sms "Thank you!"', "send sms", "TF308", "send sms when"),
    Slip("unreached stage", "reply: go to agent", "reply: tag x", "TF310", "stage agent"),
    Slip("misspelt column", "Dear {{ first_name", "Dear {{ firstname", "TF312", "firstname"),
    Slip("misspelt in a condition", "order_total above 200", "order_totl above 200", "TF312",
         "order_totl"),
    Slip("text without quotes", 'is one of "Ana", "Bo"', "is Ana", "TF312", "Ana"),
    Slip("no such channel", "consent for sms", "consent for smss", "TF313", "smss"),
    Slip("no sender", '  email from "Acme Care <care@example.com>" through smtp\n', "", "TF313",
         "send email"),
    Slip("no key", "  key order_id\n", "", "TF317", "audience"),
    Slip("text as yes", "not sms_ok", "not first_name", "TF318", "first_name:"),
    Slip("number and text", "above 200", 'above "x"', "TF318", '"x"'),
    Slip("text and number", 'one of "Ana", "Bo"', "one of 5", "TF318", "one of 5"),
    Slip("nobody to reach", "  phone mobile\n", "", "TF319", "audience"),
    Slip("no journey", _JOURNEY, "", "TF325", "campaign"),
    Slip("no subject", '    subject "Order {{ order_id }}"\n', "", "TF332", "send email"),
    Slip("subject of a text", "    on not", '    subject "x"\n    on not', "TF333", "subject"),
    Slip("no campaign", 'campaign "Delayed order"\n', "", "TF335", "owner"),
    Slip("two columns", "  column sms", "  column sms_ok text\n  column sms", "TF336", "yes/no"),
    Slip("no audience", _AUDIENCE, "", "TF337", "campaign"),
)  # fmt: skip

NAMES = (
    Slip("braces not closed", "{{ reply }}", "{{ reply }", "TF401", "reply"),
    Slip("braces not opened", "{{ reply }}", "reply }}", "TF401", "reply"),
    Slip("one brace", "{{ reply }}", "{reply}", "TF401", "reply"),
    Slip("braces on two lines", "{{ refund_status | upper }}", "{{ refund_status\n    | upper }}",
         "TF401", "refund_status"),
    Slip("no name", "{{ reply }}", "{{ }}", "TF401", "{{ }}"),
    Slip("logic in a text", "{{ reply }}", "{{ reply + 1 }}", "TF401", "reply"),
    Slip("plugin not installed", "purpose", "use letters 2\npurpose", "TF403", "letters"),
    Slip("unknown filter", "| upper", "| uper", "TF404", "uper"),
    Slip("filter without its value", "| or('there')", "| or", "TF404", "| or"),
    Slip("filter with a value too much", "| upper", "| upper(2)", "TF404", "upper"),
    Slip("column in a filter", "| or('there')", "| or(order_id)", "TF404", "or(order"),
    Slip("decimals in words", "| upper", "| number('two')", "TF404", "number"),
    Slip("too many decimals", "| upper", "| number(12)", "TF404", "number"),
    Slip("space of a web page", "{{ reply }}", "{{&nbsp;reply }}", "TF401", "nbsp"),
    Slip("quotes of a web page", "| or('there')", "| or(&quot;there&#39;)", "TF401", "quot"),
    Slip("unknown source", "from csv", "from cvs", "TF405", "cvs"),
    Slip("policy misspelt", "throttle sms", "policy no_ofers\nthrottle sms", "TF408", "no_ofers"),
    Slip("policy of nobody", "throttle sms", "policy weather\nthrottle sms", "TF408", "weather"),
    Slip("pace not installed", "5 minutes", "5 minutes using windw", "TF409", "windw"),
    Slip("observer misspelt", "throttle sms", "watch using arivals\nthrottle sms", "TF410",
         "arivals"),
    Slip("observer of nobody", "throttle sms", "watch using weather\nthrottle sms", "TF410",
         "weather"),
    Slip("observer twice", "throttle sms",
         "watch using arrivals\nwatch using arrivals\nthrottle sms", "TF207",
         "watch using arrivals"),
    Slip("policy twice", "throttle sms", "policy no_offers\npolicy no_offers\nthrottle sms",
         "TF207", "policy no_offers"),
    Slip("provider not installed", "through twilio", "through twillio", "TF406", "twillio"),
    Slip("endless text", "Thank you!", "x" * 100_001, "TF407", "xxx"),
)  # fmt: skip

GUARDS = (
    Slip("faster", "10 per 5 minutes", "20 per 5 minutes", "TF504", "throttle"),
    Slip("faster in bursts", "10 per 5 minutes", "20 per 10 minutes", "TF504", "throttle"),
    Slip("faster in short", "10 per 5 minutes", "3 per minute", "TF504", "throttle"),
    Slip("faster than the house allows", "10 per 5 minutes",
         '2000 per minute because "all at once"', "TF505", "throttle"),
    Slip("pace of nothing", "10 per 5 minutes", "0 per 5 minutes", "TF214", "throttle"),
    Slip("pace without time", "10 per 5 minutes", "10", "TF211", "throttle"),
    Slip("reason without words", "5 minutes", '5 minutes because ""', "TF210", "throttle"),
    Slip("quiet hours without end", "21:00 to 08:00 ", "21:00 ", "TF210", "quiet"),
    Slip("equal ends", "21:00 to 08:00", "21:00 to 21:00", "TF214", "quiet"),
    Slip("no such zone", "recipient time", "Europe/Dubln", "TF210", "quiet"),
    Slip("zone by abbreviation", "recipient time", "PST", "TF210", "quiet"),
    Slip("hours off", "hours 21:00 to 08:00 recipient time", "hours off", "TF210", "quiet"),
    Slip("none without reason", "21:00 to 08:00 recipient time", "none", "TF211", "quiet"),
    Slip("expires at once", "after 5 days", "after 0 days", "TF210", "expires"),
    Slip("expires in months", "after 5 days", "after 2 months", "TF210", "expires"),
    Slip("expires without unit", "after 5 days", "after 5", "TF210", "expires"),
    Slip("guard misspelt", "quiet hours", "quite hours", "TF201", "quite"),
    Slip("throttle misspelt", "throttle", "trottle", "TF201", "trottle"),
    Slip("consent without condition", " when sms_ok", "", "TF215", "consent"),
    Slip("consent of unknown name", "when sms_ok", "when sms_okay", "TF312", "consent"),
    Slip("consent of a text", "when sms_ok", "when first_name", "TF318", "consent"),
    Slip("default zone unknown", '"Europe/Dublin"', '"Europe/Dubli"', "TF214", "timezone"),
    Slip("country unknown", "default IE", "default Ireland", "TF214", "country"),
    Slip("no purpose", "purpose service\n", "", "TF506", "campaign"),
    Slip("marketing", "purpose service", "purpose marketing", "TF507", "marketing"),
)  # fmt: skip

_CSV = 'csv "orders.csv":'
_HTTP = 'http "https://grid.example.com/people.json":'

SOURCES = (
    Slip("query of a file", "  key order", '  query "select 1"\n  key order', "TF421", "query"),
    Slip("token of a file", "  key order", "  token from secret grid_token\n  key order", "TF421",
         "token"),
    Slip("database without query", _CSV, 'sqlite "crm.db":', "TF422", "audience"),
    Slip("empty query", _CSV, 'sqlite "crm.db":\n  query ""', "TF210", "query"),
    Slip("two queries", _CSV, 'sqlite "crm.db":\n  query "a"\n  query "b"', "TF207", '"b"'),
    Slip("file by address", "orders.csv", "https://grid.example.com/orders.csv", "TF423", "csv"),
    Slip("address by file", "csv", "http", "TF423", "orders"),
    Slip("password in the address", _CSV, 'http "https://me:secret@grid.example.com":', "TF423",
         "http"),
    Slip("host not allowed", _CSV, 'http "https://grid.example.org/":', "TF424", "http"),
    Slip("port not allowed", _CSV, 'http "https://grid.example.com:8443/":', "TF424", "http"),
    Slip("unknown secret", _CSV, f"{_HTTP}\n  token from secret grid_tokn", "TF425", "grid_tokn"),
    Slip("secret itself", _CSV, f'{_HTTP}\n  token from secret "abc"', "TF210", "secret"),
    Slip("token misspelt", _CSV, f"{_HTTP}\n  tokn from secret grid_token", "TF201", "tokn"),
    Slip("read all the time", '"orders.csv"', '"orders.csv" every 1 second', "TF214", "every"),
    Slip("read again and again", '"orders.csv"', '"orders.csv" every', "TF211", "every"),
)  # fmt: skip


def _until(name: str, moment: str, code: str, at: str, below: str = "") -> Slip:
    """Return a slip in a `wait until` that stands before the first step."""
    step = f"journey:\n  wait until {moment}" + (f":\n    {below}" if below else "")
    return Slip(f"until: {name}", "journey:", step, code, at)


_ENDLESS = LATE_ORDER[LATE_ORDER.index("expires") : LATE_ORDER.index("journey:")]

WAITS = (
    _until("9pm", "9pm", "TF210", "9pm"),
    _until("no such zone", "10:00 Europe/Dubln", "TF210", "Dubln"),
    _until("day without a time", "2026-12-01", "TF210", "2026-12-01"),
    _until("weekday without a time", "monday", "TF210", "monday"),
    _until("no such day", "2026-02-30 10:00", "TF210", "2026-02-30"),
    _until("two ways", "01/12/2026 10:00", "TF210", "01/12/2026"),
    _until("length alone", "24 hours", "TF210", "24 hours"),
    _until("neither before nor after", "24 hours bevore news.at", "TF210", "bevore"),
    _until("before what", "24 hours before", "TF210", "before"),
    _until("nothing", "", "TF211", "wait until"),
    _until("now", "now", "TF210", "now"),
    _until("a text", "first_name", "TF318", "first_name"),
    _until("nobody knows it", "2 hours before stars_at", "TF312", "stars_at"),
    _until("opening hours", "office is open", "TF209", "office is open"),
    _until("quiet", "no parcel.scanned for 3 days", "TF209", "no parcel"),
    _until("timeout", "10:00", "TF202", "on timeout", "on timeout: stop"),
    _until("too late twice", "10:00", "TF207", "on too late: tag b",
           "on too late: tag a\n    on too late: tag b"),
    Slip("too late without a moment", "    on timeout", "    on too late: stop\n    on timeout",
         "TF202", "on too late"),
    Slip("no end", _ENDLESS + "journey:",
         _ENDLESS.removeprefix("expires after 5 days\n") + "journey:\n  wait until news.at",
         "TF341", "wait until news.at"),
)  # fmt: skip

_SCENARIO = LATE_ORDER[LATE_ORDER.index("scenario") :]
_GIVEN = LATE_ORDER[LATE_ORDER.index("given:\n") + 7 : LATE_ORDER.index("  expect email")]
_SECOND = 'scenario "a refund":\n  expect email\n\nscenario "a refund":'

SCENARIOS = (
    Slip("colon of given forgotten", "  given:", "  given", "TF101", "given"),
    Slip("values not indented", _GIVEN, _GIVEN.replace("    ", "  "), "TF108", "order_id"),
    Slip("unknown line", "  email bounces", "  emial bounces", "TF201", "emial"),
    Slip("expectation misspelt", "expect end", "expekt end", "TF201", "expekt"),
    Slip("step in a scenario", "  expect end", "  tag vip", "TF202", "tag vip"),
    Slip("line of a scenario as a step", "    tag small", "    expect end", "TF202", "expect end"),
    Slip("value twice", "    sms_ok no", "    order_total 7\n    sms_ok no", "TF207", "total 7"),
    Slip("fetch", "  expect end", "  fetch parcel fails", "TF209", "fetch"),
    Slip("what becomes of it", "email bounces", "email vanishes", "TF210", "vanishes"),
    Slip("no such key", "email bounces after 1 minute", "press 12", "TF210", "press 12"),
    Slip("day two ways", "clock 2026-12-01", "clock 01/12/2026", "TF210", "01/12"),
    Slip("no such day", "clock 2026-12-01", "clock 2026-02-30", "TF210", "2026-02-30"),
    Slip("clock without a day", "clock 2026-12-01 10:00", "clock 10:00", "TF210", "clock"),
    Slip("clock without a time", "clock 2026-12-01 10:00", "clock 2026-12-01", "TF210", "clock"),
    Slip("two values", "order_total 250", "order_total 250, 260", "TF210", "260"),
    Slip("unknown channel", "email containing", "emial containing", "TF210", "emial"),
    Slip("no value", "order_total 250", "order_total", "TF211", "order_total"),
    Slip("nothing expected of", "expect end", "expect", "TF211", "expect"),
    Slip("unknown column", "    sms_ok no", "    sms_okay no", "TF312", "sms_okay"),
    Slip("column by its role", "    mobile missing", "    phone missing", "TF312", "phone"),
    Slip("unknown value", "refund_status is missing", "refund_state is missing", "TF312", "state"),
    Slip("no number", "order_total 250", "order_total lots", "TF318", "lots"),
    Slip("comparison", "refund_status is missing", "refund_status above 3", "TF318", "above 3"),
    Slip("nothing expected", _SCENARIO, 'scenario "x":\n  given:\n    order_id 7\n', "TF380",
         '"x"'),
    Slip("two of one name", 'scenario "a refund":', _SECOND, "TF381", "a refund"),
    Slip("no condition behind it", "expect end", "expect order_total above", "TF223", "above"),
    Slip("unknown queue", "to refunds_team within", "to refund_team within", "TF382", "refund_t"),
    Slip("channel that the flow does not use", "email bounces", "voice fails", "TF382", "voice"),
    Slip("event that nothing waits for", "shipped after", "sent after", "TF382", "sent"),
    Slip("unknown stage", "expect end", "expect stage by_mail", "TF382", "by_mail"),
    Slip("tag that nobody gets", "expect end", "expect no tag vips", "TF382", "vips"),
    Slip("clock too late", "  expect end", "  clock 2026-12-02 10:00", "TF383", "12-02"),
    Slip("given too late", "  given:", "  expect email\n  given:", "TF383", "expect email"),
    Slip("entered twice", "  expect end", "  given:\n    order_id 7", "TF383", "given"),
)  # fmt: skip

SLIPS = (
    *LAYOUT,
    *WORDS,
    *TYPES,
    *CHOOSING,
    *VALUES,
    *CONDITIONS,
    *JOURNEY,
    *NAMES,
    *GUARDS,
    *SOURCES,
    *WAITS,
    *BRANCHING,
    *SCENARIOS,
    *CALLS,
    *ANY_TIME,
    *MONEY,
)
