"""How calls are repeated, held back and refused, whatever they are for."""

import itertools
import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import requests
import structlog
from structlog.testing import capture_logs

from sfrouter.base.log import set_up_logging
from sfrouter.salesforce.errors import (
    AnswerRefusedError,
    DailyLimitError,
    OrgBusyError,
    OrgUnreachableError,
    SignInRefusedError,
    VersionRetiredError,
)
from sfrouter.salesforce.gateway import Gateway
from tests.salesforce.scene import CONCURRENT, DAILY, EXPIRED, NOON, PAGE_503, Scene

LIMITS = {"DailyApiRequests": {"Max": 100, "Remaining": 90}}


@pytest.fixture
def ready(scene: Scene) -> Scene:
    scene.signs_in()
    return scene


def asked(scene: Scene) -> int:
    return len(scene.sent("/limits"))


@pytest.mark.parametrize("status", [406, 420, 429, 500, 502, 503, 504])
def test_passing_trouble_is_tried_again_and_then_forgotten(ready: Scene, status: int) -> None:
    for _ in range(2):
        ready.answers("GET", "limits", PAGE_503, status=status, kind="text/html")
    ready.answers("GET", "limits", LIMITS)
    assert ready.gateway().limits() == {"DailyApiRequests": (100, 90)}
    assert asked(ready) == 3
    assert ready.clock.now() > NOON


@pytest.mark.parametrize("tries", [1, 2, 3])
def test_there_are_no_more_tries_than_the_settings_allow(ready: Scene, tries: int) -> None:
    ready.answers("GET", "limits", PAGE_503, status=503, kind="text/html")
    with pytest.raises(OrgUnreachableError, match="HTTP 503"):
        ready.gateway(max_retries=tries).limits()
    assert asked(ready) == tries


@pytest.mark.parametrize("wish", ["7", format_datetime(NOON + timedelta(seconds=7), usegmt=True)])
def test_retry_after_is_honoured_as_number_and_as_date(ready: Scene, wish: str) -> None:
    ready.answers("GET", "limits", "", status=503, kind="text/html", headers={"Retry-After": wish})
    ready.answers("GET", "limits", LIMITS)
    ready.gateway().limits()
    assert 7 <= (ready.clock.now() - NOON).total_seconds() <= 10


def test_a_long_retry_after_is_left_to_the_next_cycle(ready: Scene) -> None:
    ready.answers("GET", "limits", "", status=503, kind="text/html", headers={"Retry-After": "300"})
    with pytest.raises(OrgUnreachableError) as caught:
        ready.gateway().limits()
    assert caught.value.retry_after == 300
    assert (asked(ready), ready.clock.now()) == (1, NOON)


def test_a_401_means_one_sign_in_and_the_same_call_again(ready: Scene) -> None:
    ready.answers("GET", "limits", EXPIRED, status=401)
    ready.answers("GET", "limits", LIMITS)
    ready.gateway().limits()
    assert [one.headers["Authorization"] for one in ready.sent("/limits")] == ["Bearer token-1", "Bearer token-2"]
    assert ready.clock.now() == NOON


def test_a_401_for_ever_stops_with_the_sign_in_code_and_never_hammers(ready: Scene) -> None:
    ready.answers("GET", "limits", EXPIRED, status=401)
    gateway = ready.gateway()
    for _ in range(9):
        with pytest.raises(SignInRefusedError) as caught:
            gateway.limits()
        ready.clock.advance(61)
    assert int(caught.value.exit_code) == 4
    assert ready.tokens <= 5


def test_a_page_with_status_401_is_no_reason_to_sign_in(ready: Scene) -> None:
    ready.answers("GET", "limits", "<html>proxy</html>", status=401, kind="text/html")
    with pytest.raises(OrgUnreachableError):
        ready.gateway().limits()
    assert ready.tokens == 1


def test_the_daily_limit_stops_all_calls_for_15_minutes_then_probes_once(ready: Scene) -> None:
    ready.answers("GET", "limits", DAILY, status=403)
    gateway = ready.gateway()
    waits = []
    for _ in range(31):
        with pytest.raises(DailyLimitError) as caught:
            gateway.limits()
        waits.append(caught.value.probe_after)
        ready.clock.advance(60)
    assert asked(ready) == 3
    assert waits[0] == 900
    assert waits[1] == 840


def test_after_the_daily_limit_work_goes_on(ready: Scene) -> None:
    ready.answers("GET", "limits", DAILY, status=403)
    ready.answers("GET", "limits", LIMITS)
    gateway = ready.gateway()
    with pytest.raises(DailyLimitError):
        gateway.limits()
    ready.clock.advance(900)
    gateway.limits()
    gateway.limits()
    assert asked(ready) == 3


def test_each_time_the_day_is_used_up_it_is_told_once(ready: Scene) -> None:
    for answer, status in ((DAILY, 403), (DAILY, 403), (LIMITS, 200), (DAILY, 403)):
        ready.answers("GET", "limits", answer, status=status)
    gateway = ready.gateway()
    told = []
    for _ in range(4):
        with capture_logs() as lines, suppress(DailyLimitError):
            gateway.limits()
        told.append(sum(line["event"] == "daily_call_limit_reached" for line in lines))
        ready.clock.advance(900)
    assert told == [1, 0, 0, 1]


def test_too_many_long_calls_mean_seconds_not_minutes(ready: Scene) -> None:
    moments = []

    def busy(_request: Any) -> tuple[int, dict[str, str], str]:
        moments.append(ready.clock.monotonic())
        return 403, {}, json.dumps(CONCURRENT)

    ready.wire.add_callback(
        "GET", "https://acme.my.salesforce.com/services/data/v65.0/limits", busy, content_type="application/json"
    )
    gateway = ready.gateway()
    with pytest.raises(OrgBusyError):
        gateway.limits()
    with pytest.raises(OrgBusyError):
        gateway.limits()
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert len(moments) == 6
    assert all(gap >= 1 for gap in gaps)
    assert max(gaps) <= 30


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (410, PAGE_503),
        (410, '[{"errorCode": "UNSUPPORTED_API_VERSION", "message": "x"}]'),
        (404, '[{"errorCode": "URL_NOT_RESET", "message": "x"}]'),
    ],
)
def test_a_retired_version_is_named_and_not_tried_again(ready: Scene, status: int, body: str) -> None:
    kind = "application/json" if body.startswith("[") else "text/html"
    ready.answers("GET", "limits", body, status=status, kind=kind)
    with pytest.raises(VersionRetiredError, match=r"65\.0"):
        ready.gateway().limits()
    assert asked(ready) == 1


def test_another_refusal_comes_with_the_orgs_code_and_sentence(ready: Scene) -> None:
    body = [{"errorCode": "API_DISABLED_FOR_ORG", "message": "API is not enabled"}]
    ready.answers("GET", "limits", body, status=403)
    with pytest.raises(AnswerRefusedError, match=r"API is not enabled \(API_DISABLED_FOR_ORG\)"):
        ready.gateway().limits()
    assert asked(ready) == 1


def test_the_same_seed_waits_the_same_times(ready: Scene) -> None:
    ready.answers("GET", "limits", PAGE_503, status=503, kind="text/html")
    waits = []
    for _ in range(2):
        before = ready.clock.monotonic()
        with pytest.raises(OrgUnreachableError):
            ready.gateway().limits()
        waits.append(ready.clock.monotonic() - before)
    assert waits[0] == pytest.approx(waits[1])
    assert 0 < waits[0] <= 6


PERSONAL = "SELECT Id FROM Lead WHERE Email = 'canary@acme.com' AND Name = 'Canary Smith'"


def failing_calls(gateway: Gateway) -> list[BaseException]:
    """What a hostile org gets out of a query about a person."""
    caught: list[BaseException] = []
    for _ in range(4):
        try:
            gateway.query_all_rows(PERSONAL)
        except Exception as failure:
            logging.getLogger("test").exception("cycle failed")
            caught.append(failure)
    return caught


@pytest.fixture
def loggers_put_back() -> Iterator[None]:
    """Undo what set_up_logging does to the process."""
    root, settings = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.configure(**settings)


@pytest.mark.usefixtures("loggers_put_back")
@pytest.mark.parametrize("form", ["json", "console"])
def test_no_person_query_address_or_token_reaches_an_error_or_the_log(
    ready: Scene, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging(form=form, level="DEBUG")
    ready.breaks("GET", "query/", requests.ConnectionError(f"https://x/?q={PERSONAL}"))
    ready.answers("GET", "query/", "<html>for canary@acme.com" + "x" * 300, status=500, kind="text/html")
    ready.answers("GET", "query/", [{"errorCode": "MALFORMED_QUERY", "message": PERSONAL}], status=400)
    caught = failing_calls(ready.gateway())
    said = "".join(capsys.readouterr()) + "".join(f"{one} {one!r}" for one in caught)
    assert len(caught) == 4
    assert "cycle failed" in said
    for secret in ("canary", "Canary", "token-1", "the-client", "q=SELECT", "/query/"):
        assert secret not in said
