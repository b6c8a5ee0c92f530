"""F48: an admin takes a choice off a picklist that we write; it costs the rows that need it, and is named."""

from dataclasses import replace

import pytest

from sfrouter.config.orgcheck import check_org
from sfrouter.config.policy import read_configuration
from sfrouter.config.shipped import shipped_mappings
from sfrouter.model.ids import to_18
from sfrouter.model.write import WriteKind, WriteState
from tests.writeback.test_localorg import LEADS, Scene
from tests.writeback.test_localorg import scene as _scene

scene = _scene
GONE = "Normal"


def take_off(scene: Scene) -> None:
    """The priority that our Tasks have is no choice any more, and others are refused."""
    kind = scene.server.org.schema.object("Task")
    field = kind.field("Priority") if kind else None
    assert field is not None
    less = tuple(one for one in field.picklist_values if one.value != GONE)
    scene.server.org.schema.add_custom_field(
        "Task", replace(field, restricted_picklist=True, picklist_values=less)
    )


@pytest.fixture
def lost(scene: Scene) -> Scene:
    scene.decide_all()
    take_off(scene)
    return scene


def test_the_owners_are_written_and_each_task_ends_with_the_org_s_own_sentence(lost: Scene) -> None:
    report = lost.sender.send_due()
    assert report.count(WriteState.DONE, WriteKind.LEAD) == LEADS
    assert report.count(WriteState.REFUSED, WriteKind.TASK) == LEADS
    assert {to_18(lost.lead(f"lead{number}")["OwnerId"]) for number in range(LEADS)} == {lost.id_of("sarah")}
    told = {(one.answer_code, one.answer_text) for one in lost.ledger.status().troubled}
    ((code, text),) = told
    assert code == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert GONE in text


def test_what_was_refused_is_not_tried_again(lost: Scene) -> None:
    lost.sender.send_due()
    calls = lost.gateway.calls.limited
    for _ in range(3):
        lost.server.org.clock.advance(3_600)
        lost.gateway.versions()
        assert lost.sender.send_due().done == 0
    assert lost.gateway.calls.limited == calls


def test_the_check_names_the_value_before_anything_is_refused(scene: Scene) -> None:
    """At config load, against what the org describes."""
    files, problems = read_configuration(shipped_mappings())
    assert files is not None, problems
    names = {one.object_name for one in files.mapping.objects.values()} & {"Task", "Lead"}

    def faults() -> list[str]:
        describes = {name: scene.gateway.redescribe(name) for name in names}
        found = check_org(files.mapping, files.policy, describes)
        return [one.what for one in found if not one.warning and f"'{GONE}'" in one.what]

    assert faults() == []
    take_off(scene)
    (what,) = faults()
    assert "Priority" in what
