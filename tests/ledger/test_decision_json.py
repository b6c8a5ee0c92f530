"""The trace comes back exactly as it was written down."""

import json
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.ledger.decision_json import decision_from_json, decision_to_json
from sfrouter.model.assignment import Owner, OwnerKind, RotationMove
from sfrouter.model.decision import Decision, Notice, Outcome, Step
from sfrouter.model.evidence import Band, Finding, Match, Suspicion
from tests.ledger.samples import decision

TEXT = st.text(st.characters(), max_size=20)  # surrogates too: the org may send anything
IDS = st.lists(st.text(max_size=5), max_size=3).map(tuple)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))])
TIME = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1), timezones=ZONES)
WORDS = st.dictionaries(TEXT, TEXT, max_size=3).map(MappingProxyType)
FINDING = st.builds(
    Finding, signal=TEXT, account_id=TEXT, score=NUMBER, words=TEXT, lead_value=TEXT, account_value=TEXT, ids=IDS
)
MATCH = st.builds(
    Match,
    band=st.sampled_from(Band),
    account_id=st.none() | TEXT,
    score=NUMBER,
    words=TEXT,
    findings=st.lists(FINDING, max_size=3).map(tuple),
    suspicions=st.lists(st.builds(Suspicion, account_id=TEXT, score=NUMBER, why=TEXT, ids=IDS), max_size=2).map(
        tuple
    ),
    insufficient=st.booleans(),
)
STEP = st.builds(Step, place=TEXT, rule=TEXT, outcome=st.sampled_from(Outcome), words=TEXT, ids=IDS)
NOTICE = st.builds(
    Notice,
    kind=TEXT,
    person_id=TEXT,
    subject=TEXT,
    text=TEXT,
    ids=IDS,
    due_at=st.none() | TIME,
    high=st.booleans(),
)
MOVE = st.builds(
    RotationMove,
    pool=TEXT,
    person_id=TEXT,
    turns=st.dictionaries(TEXT, st.integers(), max_size=3).map(MappingProxyType),
)
DECISION = st.builds(
    Decision,
    lead_id=TEXT,
    number=st.integers(),
    at=TIME,
    rule=TEXT,
    place=TEXT,
    ids=IDS,
    reason=TEXT,
    owner=st.none() | st.builds(Owner, id=TEXT, kind=st.sampled_from(OwnerKind), name=TEXT, words=TEXT),
    match=MATCH,
    steps=st.lists(STEP, max_size=4).map(tuple),
    notices=st.lists(NOTICE, max_size=3).map(tuple),
    moves=st.lists(MOVE, max_size=2).map(tuple),
    link_account_id=st.none() | TEXT,
    changes=WORDS,
    warnings=IDS,
    alert=TEXT,
    lead_stamp=st.none() | TIME,
    lead_owner_id=st.none() | TEXT,
)


@given(DECISION)
def test_every_decision_comes_back_equal_and_gives_the_same_text_again(given_one: Decision) -> None:
    text = decision_to_json(given_one)
    again = decision_from_json(text)
    assert again == given_one
    assert decision_to_json(again) == text


def test_a_field_that_was_not_there_yet_takes_its_default_and_a_dropped_one_is_passed_over() -> None:
    stored = json.loads(decision_to_json(decision()))
    del stored["alert"], stored["match"]["suspicions"]
    stored["dropped_long_ago"] = 1
    stored["steps"][0]["colour"] = "red"
    assert decision_from_json(json.dumps(stored)) == decision()


def test_a_number_that_is_none_is_refused_and_not_written_as_invalid_json() -> None:
    with pytest.raises(ValueError, match="JSON"):
        decision_to_json(decision(match=Match(band=Band.NONE, score=float("nan"))))
