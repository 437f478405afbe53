"""Slips of people who write texts with a name: each deserves one message."""

from typing import NamedTuple

from tests.language.flows import LATE_ORDER

TEXTS = '''languages en, fr default en

text apology:
  for sms:
    in en: "Hi {{ first_name }}, it is late."
    in fr: "Bonjour {{ first_name }}, il a du retard."
  for email:
    subject "About your order"
    in en:
      """
      Dear {{ first_name }},

      we are sorry.
      """
    in fr:
      subject "Votre commande"
      "Bonjour {{ first_name }}."

text thanks: "Thank you!"

'''
FLOW = (
    LATE_ORDER.replace("senders:", f"{TEXTS}senders:")
    .replace('send sms "Thank you!"', "send sms thanks")
    .replace("stage agent:\n", "stage agent:\n  send sms apology\n  send email apology\n")
)


class Slip(NamedTuple):
    """One thing changed, the code of its one message, and a part of the line it is on."""

    old: str
    new: str
    code: str
    at: str


SLIPS = (
    Slip("send sms apology", "send sms apolgy", "TF361", "apolgy"),
    Slip("send sms apology", "send sms sorry_again urgently", "TF212", "sorry_again"),
    Slip("send sms apology", "send sms unheard_of", "TF361", "unheard_of"),
    Slip("send sms apology", "send sms Thank you", "TF210", "Thank you"),
    Slip("send sms apology", "send sms apology:\n    \"Twice\"", "TF203", "send sms apology"),
    Slip("text thanks", "text apology", "TF360", "text apology: "),
    Slip("send sms thanks", 'send sms "Hi"', "TF365", "text thanks"),
    Slip("text thanks: \"Thank you!\"", "text thanks:\n  for sms:", "TF108", "for sms"),
    Slip("text thanks: \"Thank you!\"", 'text thanks:\n  subject "x"', "TF308", "text thanks"),
    Slip('    in fr: "Bonjour {{ first_name }}, il', '    in de: "Guten Tag, il', "TF362", "in de"),
    Slip("languages en, fr default en\n", "", "TF362", "in en"),
    Slip("languages en, fr default en", "languages en, fr", "TF214", "languages"),
    Slip("languages en, fr default en", "languages en, fr default de", "TF214", "languages"),
    Slip("languages en, fr default en", "languages en, en default en", "TF214", "languages"),
    Slip("languages en, fr default en", "languages english, fr default fr", "TF210", "english"),
    Slip("languages en, fr default en", "languages en, xx default en", "TF210", "xx"),
    Slip("languages en, fr", "languages en, fr, de", "TF363", "text apology"),
    Slip("purpose", "languages en\npurpose", "TF207", "languages en, fr"),
    Slip('    in fr: "Bonjour {{ first_name }}, il a du retard."\n', "", "TF363", "text apology"),
    Slip(TEXTS[TEXTS.index("  for sms") : TEXTS.index("  for email")], "", "TF364", "send sms"),
    Slip('    subject "About your order"\n', "", "TF332", "send email"),
    Slip("  for email:", "  for sms, email:", "TF207", "in en"),
    Slip('    in fr: "B', '    in en: "B', "TF207", "in en"),
    Slip("for sms:\n    in en:", "for sms:\n    in en:\n      for sms:", "TF207", "for sms"),
    Slip("  for sms:\n", "  for smss:\n", "TF313", "for smss"),
    Slip('    in en: "Hi', '    subject "x"\n    in en: "Hi', "TF333", "subject"),
    Slip("{{ first_name }}, il", "{{ frist_name }}, il", "TF312", "frist_name"),
    Slip("{{ first_name }}, il", "{{ first_name | uper }}, il", "TF404", "uper"),
    Slip('  in fr:\n', '  on fr:\n', "TF202", "on fr"),
    Slip('subject "Votre', 'subjet "Votre', "TF201", "subjet"),
)  # fmt: skip
