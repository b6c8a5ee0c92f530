"""What the router cuts to the length of a field the org takes: each counts UTF-16 code units by itself."""

import pytest

from sfrouter.writeback.task_text import LONGEST_SUBJECT, cut
from tests.localorg.small_world import robot, small_org

LETTERS = ("x", "\u00e9", "\u682a", "\N{BRIEFCASE}", "\U00020b9f", "e\u0301", "\U0001f469\u200d\U0001f4bb")


@pytest.mark.parametrize("before", ["", "x"])
@pytest.mark.parametrize("letter", LETTERS)
def test_a_text_as_long_as_the_field_is_taken_and_one_letter_more_is_not(letter: str, before: str) -> None:
    org = small_org()
    lead = f"/sobjects/Lead/{org.aliases['lead']}"
    whole = before + letter * LONGEST_SUBJECT
    short = cut(whole, LONGEST_SUBJECT)
    assert short == whole or short.endswith("\u2026")
    assert robot(org).patch(lead, {"Company": short}).status == 204
    room = LONGEST_SUBJECT - len(short.encode("utf-16-le")) // 2
    assert room < 2 * len(letter), "it is cut no shorter than it must"
    refused = robot(org).patch(lead, {"Company": short + "x" * (room + 1)})
    assert [one["errorCode"] for one in refused.json()] == ["STRING_TOO_LONG"]
