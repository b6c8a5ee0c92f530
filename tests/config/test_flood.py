"""The policy's section for floods: off unless set, faults named with their lines, its queue asked for."""

from dataclasses import replace
from pathlib import Path

import pytest

from sfrouter.config.orgcheck import check_org
from sfrouter.config.policy_value import Policy
from sfrouter.journey.coverage import cover
from sfrouter.routing.flood import Flood
from tests.config.files import SHIPPED, change, copied, faults, one, read
from tests.config.org import every_queue, everybody, whole_org

EXAMPLE = "# flood: {leads: 100, hours: 1, queue: Floods}"


def test_no_flood_is_watched_for_unless_the_policy_says_so(tmp_path: Path) -> None:
    assert read(copied(tmp_path)).policy.flood is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("flood: {leads: 100, hours: 1, queue: Floods}", Flood(leads=100, hours=1, queue="Floods")),
        ("flood: {leads: 30}", Flood(leads=30, hours=1)),
        ("flood: {}", Flood(leads=100, hours=1, queue="")),
        ("flood:", None),
    ],
)
def test_what_is_written_counts_and_changes_the_policys_hash(
    tmp_path: Path, written: str, meant: Flood | None
) -> None:
    before = read(copied(tmp_path)).policy.hash
    change(tmp_path, "policy.yaml", EXAMPLE, written)
    policy = read(tmp_path).policy
    assert (policy.flood, policy.hash != before) == (meant, True)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("flood: {leads: 1}", "leads"),
        ("flood: {leads: 1001}", "leads"),
        ("flood: {hours: 0}", "hours"),
        ("flood: {leds: 5}", "leds"),
        ("flood: 5", "flood"),
        ("flood: {queue: unassigned leads}", "a flood would go in circles"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, written: str, words: str) -> None:
    line = change(copied(tmp_path), "policy.yaml", EXAMPLE, written)
    assert one(faults(tmp_path), words).startswith(f"policy.yaml:{line}: ")


def test_the_proof_of_coverage_rests_on_the_rules_and_a_flood_takes_no_kind_of_lead_from_them(
    tmp_path: Path,
) -> None:
    """Whom it holds back goes to its queue, else to the catch-all: the check asks the org for both."""
    policy = read(copied(tmp_path)).policy
    watched: Policy = replace(policy, flood=Flood(leads=2, queue="Floods"))
    assert cover(policy) == cover(watched)


def test_the_org_must_have_its_queue() -> None:
    files = read(SHIPPED)
    policy = replace(files.policy, flood=Flood(queue="Floods"))
    found = check_org(
        files.mapping, policy, whole_org(), queues=every_queue(), people=everybody(policy)
    )  # fmt: skip
    assert [(one.what, one.code) for one in found] == [("the org has no queue 'Floods'.", "ORG09")]
