"""The list of codes, the code that tells them and the tests of them name the same codes."""

import re
from pathlib import Path

import tactful.graph
import tactful.language
from tactful.language.codes import CODES
from tests.language import slips, slips_of_texts

_ELSEWHERE = {
    "TF107",
    "TF224",
    "TF225",
    "TF110",
    "TF205",
    "TF311",
    "TF508",
    "TF509",
    "TF520",
    "TF521",
    "TF218",
}
"""Codes whose tests change a whole file, need a plugin, a policy, or need the graph of a flow."""
_OF_FILES = {"TF430", "TF431", "TF432", "TF433", "TF434"}
"""Codes whose tests need files beside the flow."""


def test_every_code_that_is_told_is_listed_and_the_other_way_round() -> None:
    packages = [Path(package.__path__[0]) for package in (tactful.language, tactful.graph)]
    told = {
        code
        for package in packages
        for path in package.rglob("*.py")
        if path.name != "codes.py"
        for code in re.findall(r'"(TF\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert told == set(CODES)


def test_every_code_has_a_slip_that_leads_to_it() -> None:
    told = {slip.code for slip in (*slips.SLIPS, *slips_of_texts.SLIPS)}
    assert told | _ELSEWHERE | _OF_FILES == set(CODES)
