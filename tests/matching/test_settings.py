"""The matching part of the policy: sane by default, and it refuses what makes no sense."""

import pytest
from pydantic import ValidationError

from sfrouter.matching.settings import Alias, MatchSettings, NeverMatch


def test_the_shipped_limits() -> None:
    shipped = MatchSettings()
    assert (shipped.match_above, shipped.review_from, shipped.free_mail_with_name) == (80.0, 70.0, "review")


@pytest.mark.parametrize(
    "wrong",
    [
        {"match_above": 60, "review_from": 70},
        {"match_above": 101},
        {"free_mail_with_name": "maybe"},
        {"free_mail_add": ["not a domain"]},
        {"shared_domains": ["192.168.0.1"]},
        {"aliases": [{"name": "IBM"}]},
        {"match_abov": 80},
    ],
)
def test_nonsense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        MatchSettings.model_validate(wrong)


def test_domains_are_kept_as_their_registrable_part() -> None:
    assert MatchSettings(shared_domains=frozenset({"https://www.Acme.com"})).shared_domains == {"acme.com"}


def test_an_alias_works_both_ways() -> None:
    settings = MatchSettings(aliases=(Alias(name="IBM", account="International Business Machines Corp"),))
    assert "internationalbusinessmachines" in settings.alias_targets["ibm"]
    assert settings.alias_targets["internationalbusinessmachines"] == ("ibm",)


def test_a_never_match_pair_is_known_in_every_form() -> None:
    settings = MatchSettings(never_match=(NeverMatch(company="Acme Labs GmbH", account="001A"),))
    assert ("acmelabs", "001A") in settings.forbidden
