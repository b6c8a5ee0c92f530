"""The mark of how far a noun was read never stands above what is certain."""

from datetime import UTC, datetime, timedelta

from sfrouter.base.clock import SetClock
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.watermark import (
    OVERLAP,
    SHORTEST_OVERLAP,
    StartTime,
    Watermark,
    read_watermark,
    save_watermark,
    signature,
)
from tests.mirror.fake_org import ACCOUNT_MAP, LEAD_MAP, START

MARK = Watermark(noun="lead", object_name="Lead", signature="s")


def test_the_overlap_covers_the_orgs_longest_transaction() -> None:
    assert OVERLAP >= SHORTEST_OVERLAP == timedelta(seconds=600)


def test_a_first_reading_has_no_lower_end() -> None:
    assert MARK.since(START, OVERLAP) is None


def test_a_later_reading_begins_the_overlap_below_the_floor_in_whole_seconds() -> None:
    floor = datetime(2026, 3, 2, 9, 0, 30, 999_999, tzinfo=UTC)
    mark = Watermark(noun="lead", object_name="Lead", signature="s", floor=floor)
    assert mark.since(START + timedelta(hours=1), OVERLAP) == datetime(2026, 3, 2, 8, 49, 30, tzinfo=UTC)


def test_after_a_crash_reading_goes_on_where_it_stood() -> None:
    reached = START - timedelta(days=3)
    mark = Watermark(noun="lead", object_name="Lead", signature="s", resume_from=reached)
    assert mark.since(START, OVERLAP) == reached


def test_the_start_is_the_earlier_of_the_guess_and_what_the_answer_tells() -> None:
    clock = SetClock(START)
    wrong = timedelta(hours=1)

    def org_time() -> datetime:
        return clock.now() + wrong

    start = StartTime(org_time, clock)
    clock.advance(5)
    wrong = timedelta()
    assert start.known() == START
    wrong = timedelta(hours=2)
    assert start.known() == start.guess == START + timedelta(hours=1)


def test_a_step_of_our_own_clock_does_not_move_the_start() -> None:
    clock, org = SetClock(START), SetClock(START)
    start = StartTime(org.now, clock)
    clock.set(START + timedelta(minutes=15))
    assert start.known() == START


def test_the_mark_is_kept_and_forgotten_when_the_mapping_reads_other_fields() -> None:
    mirror = Mirror.open(None)
    mark = Watermark(noun="lead", object_name="Lead", signature=signature(LEAD_MAP), floor=START)
    with mirror.engine.begin() as connection:
        save_watermark(connection, mark)
        assert read_watermark(connection, LEAD_MAP) == mark
    fewer = {name: apis for name, apis in LEAD_MAP.fields.items() if name != "company"}
    other = type(LEAD_MAP)(
        noun="lead", object_name="Lead", fields=fewer, words=LEAD_MAP.words, extra=LEAD_MAP.extra
    )
    with mirror.reading() as connection:
        assert read_watermark(connection, other).floor is None


def test_only_words_that_decide_what_is_kept_belong_to_the_signature() -> None:
    renamed = {**ACCOUNT_MAP.words, "segment": {"smb": ("Tiny",)}}
    deleted = {**ACCOUNT_MAP.words, "deleted": {"yes": ("Gone",)}}

    def with_words(words: dict[str, dict[str, tuple[str, ...]]]) -> str:
        made = type(ACCOUNT_MAP)(
            noun="account", object_name="Account", fields=ACCOUNT_MAP.fields, words=words, extra=ACCOUNT_MAP.extra
        )
        return signature(made)

    assert with_words({name: dict(one) for name, one in renamed.items()}) == signature(ACCOUNT_MAP)
    assert with_words({name: dict(one) for name, one in deleted.items()}) != signature(ACCOUNT_MAP)
