"""`sfrouter check` names an API version that the org does not speak, and warns of one that grows old (F27)."""

from typing import Any, cast

import pytest

from sfrouter.config.settings import Settings
from sfrouter.journey.check import _version
from sfrouter.salesforce.gateway import Gateway

SPOKEN = ["31.0", "64.0", "65.0", "66.0"]


class Door:
    """An org that speaks these versions."""

    def __init__(self, spoken: list[str]) -> None:
        self.spoken = spoken

    def versions(self) -> list[str]:
        return self.spoken


def found(wanted: str, spoken: list[str]) -> list[Any]:
    settings = Settings(salesforce_api_version=wanted)
    return list(_version(cast(Gateway, Door(spoken)), settings))


def test_a_version_that_the_org_does_not_speak_is_a_fault_with_the_newest_one_as_its_mend() -> None:
    (problem,) = found("63.0", SPOKEN)
    assert (problem.code, problem.warning) == ("ORG15", False)
    assert "does not speak API version 63.0; it speaks 31.0 to 66.0" in problem.what
    assert problem.mend == "set SFROUTER_SALESFORCE_API_VERSION=66.0"


@pytest.mark.parametrize("spoken", [SPOKEN, []])
def test_a_version_that_it_speaks_and_an_org_that_lists_none_are_no_fault(spoken: list[str]) -> None:
    assert found("65.0", spoken) == []


@pytest.mark.parametrize(("wanted", "newest"), [("45.0", "66.0"), ("45.0", "70.0"), ("31.0", "66.0")])
def test_a_version_seven_years_behind_the_newest_is_a_warning_years_before_it_retires(
    wanted: str, newest: str
) -> None:
    """Three versions come each year."""
    (problem,) = found(wanted, [wanted, newest])
    assert (problem.code, problem.warning) == ("ORG30", True)
    assert f"API version {wanted} is seven years or more older than {newest}" in problem.what
    assert f"set SFROUTER_SALESFORCE_API_VERSION={newest} " in problem.mend


@pytest.mark.parametrize("wanted", ["46.0", "66.0"])
def test_a_younger_version_is_no_warning(wanted: str) -> None:
    assert found(wanted, ["31.0", wanted, "66.0"]) == []
