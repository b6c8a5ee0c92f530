"""`sfrouter check` tells the calls of the org's day, though the org may not let our user ask for them."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from sfrouter.journey.check import _calls
from sfrouter.salesforce.errors import AnswerRefusedError
from sfrouter.salesforce.faults import Verdict
from sfrouter.salesforce.gateway import Gateway


def refused() -> Any:
    raise AnswerRefusedError("no access", code="FORBIDDEN", verdict=Verdict.STOP)


@pytest.mark.parametrize(
    ("limits", "usage", "told"),
    [
        (lambda: {"DailyApiRequests": (100, 30)}, (60, 100), (100, 30)),
        (refused, (60, 100), (100, 40)),
        (refused, None, (None, None)),
        (dict, (60, 100), (100, 40)),
        (dict, None, (None, None)),
    ],
)
def test_figures_come_from_the_limits_else_from_the_last_answer_else_there_are_none(
    limits: Any, usage: Any, told: Any
) -> None:
    door = cast(Gateway, SimpleNamespace(limits=limits, usage=usage))
    assert _calls(door) == told
