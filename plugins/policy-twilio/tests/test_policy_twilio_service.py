"""Service messages are let through though they name what other messages are refused for."""

import anyio
import pytest

from tactful.testing import sample_message
from tactful_policy_twilio import TwilioPolicy

POLICY = TwilioPolicy()

TEXTS = [
    "Women's health clinic: your breast cancer screening is on Monday at 9.",
    "Women over 50: a letter about heart disease is on its way to you.",
    "Help for women who were attacked: call our line at any time. You are not alone.",
    "Waste collection for disabled people moves to Thursday this week.",
    "Trash help for disabled people: a helper comes on Friday.",
    "Flood help for immigrants and refugees: the office is open until 6.",
    "The meeting on the difference between men and women at work is moved to room 4.",
    "We get back to women who applied by Friday.",
    "Black people and asthma: your check-up is due. Book at https://clinic.example/book",
    "Support group for women who left violent homes meets on Tuesday at 7.",
    "If you saw the attack on a Muslim man on Elm Street, please call the police on 101.",
    "Your order (dirty laundry bag for women, size M) has shipped.",
    "A hate crime against gay people was reported near you; officers are on the scene.",
    "Our shelter for women and their children has a bed for you tonight.",
    "Disabled parking: your permit expires on 1 March.",
    "Sick leave for women who are pregnant: the form is due on Friday.",
    "Jewish Museum: your tickets are attached. Guides tell of those who were murdered.",
    "Immigrants: your interview on 3 May has been removed from the calendar; a new date follows.",
    "Dog licence: your bitch was registered. The puppies need their first shots by June.",
    "Kill your standing order before 1 May if you do not want to renew.",
    "Trans health clinic: your hormone prescription is ready.",
    "Your Black Friday order is on its way.",
    "The gas will be shut off on Monday; women and children's hostel has heating.",
    "Your gun safe delivery arrives on Monday.",
    "Your wine cellar inspection is on 12 May.",
    "Nicotine patches: your refill is ready.",
    "Your credit card ending 4242 was charged $20.10 at Acme.",
    "Your loan application was received. We answer within 3 days.",
    "Your casino hotel booking is confirmed for 2 nights.",
    "Bitcoin withdrawal of 0.1 BTC confirmed.",
    "Your lottery ticket syndicate account: password changed.",
    "Your free trial ends on 3 May. Your card will be charged $10 per month unless you cancel.",
    "Your bank card will expire next month; the new one is in the mail.",
    "We noticed unusual activity on your card ending 4242. Reply YES if it was you, NO if not.",
    "Your parcel is at the depot. A customs charge of £12 is due; pay at https://www.royalmail.com/pay",
    "Your package could not be delivered. Reschedule at https://acme.example/r/123",
    "Your gift card of $50 is attached. Thank you for your purchase.",
    "You have been selected for an interview on Monday at 10.",
    "Congratulations! Your application was approved. Collect your badge at the desk.",
    "Your award letter for student aid is ready. Sign in to read it.",
    "Your reward points expire on 31 May.",
    "Text HELP to 12345 for help, STOP to 12345 to stop.",
    "Reply STOP to opt out. Msg & data rates may apply.",
    "Acme: msg frequency varies. Msg&data rates may apply. Reply HELP for help, STOP to cancel.",
    "URGENT: boil water before drinking. Details: https://city.example/water",
    "Your tax refund of $320 was sent to your bank account on Monday.",
    "IRS: your return was accepted. Refund status: https://sa.www4.irs.gov/wmr",
    "Your verification code is 123456. Do not share it.",
    "Your hash browns order is ready for pickup.",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_message_that_serves_is_let_through(text: str) -> None:
    verdict = anyio.run(POLICY.check_message, sample_message(text=text, to=""), {})
    assert verdict.decision == "allow", verdict
