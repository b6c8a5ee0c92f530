"""`sfrouter pools`: whose turn it is in every pool, and what everybody got, for people and for programs."""

from pathlib import Path

import pytest

from sfrouter.cli.pools import _show
from sfrouter.journey.pools import LearntWeight, PoolStanding
from tests.cli.command import command
from tests.cli.conftest import Place

AWAY = """
people:
  lucia@halden.example: {away: 2020-01-01 to 2020-02-01}
  theo@halden.example: {hours: {mon-sun: "00:00-24:00"}, days_off: [DAYS], most_open: 500, skills: [spanish]}
"""


def test_the_line_of_a_pool_after_its_first_leads(here: Place) -> None:
    answer = command("pools", "--json", "--pool", "west")
    assert (answer.code, answer.err) == (0, "")
    (west,) = answer.json["pools"]
    assert west["method"] == "round_robin"
    shared = sum(one["given_today"] for one in west["members"])
    turns = sum(command("status", "--json").json["status"]["rotation"].get("west", {}).values())
    assert shared == turns > 0
    assert [one["place"] for one in west["members"]] == [1, 2, 3, 4]
    assert west["next"] == west["members"][0]["name"]
    assert west["members"][0]["given_today"] <= west["members"][-1]["given_today"]


def test_who_is_out_is_shown_with_the_reason(here: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for file in (here.office.folder / "mappings").glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text("utf-8"), "utf-8")
    teams = tmp_path / "teams.yaml"
    written = AWAY.replace("DAYS", "2026-01-01 to 2027-12-31, 2028-01-01 to 2029-12-31, 2030-01-01 to 2031-12-31")
    teams.write_text(teams.read_text("utf-8") + written, "utf-8")
    monkeypatch.setenv("SFROUTER_MAPPINGS_DIR", str(tmp_path))
    (west,) = command("pools", "--json", "--pool", "WEST").json["pools"]
    out = {one["who"]: one for one in west["members"] if not one["place"]}
    assert list(out) == ["theo@halden.example"]
    assert "off until" in out["theo@halden.example"]["why_not"]
    assert out["theo@halden.example"]["limits"] == ["500 open"]
    told = command("pools").out
    assert "off until" in told
    assert "spanish" in told
    assert "when all are out (next_pool)" in told


@pytest.mark.usefixtures("here")
def test_a_pool_that_is_not_there_is_named() -> None:
    answer = command("pools", "--pool", "wets")
    assert answer.code == 1
    assert "no pool is called 'wets'. Did you mean 'west'?" in answer.err


def test_learnt_weights_are_shown_with_the_leads_behind_them(capsys: pytest.CaptureFixture[str]) -> None:
    learnt = LearntWeight(like="country de", name="Carl", written="1", in_force="1.36", won=20, of=30)
    _show(
        PoolStanding(
            name="all", method="weighted", next="Carl", when_all_out="next_pool", otherwise="", queue="",
            members=(), learnt=(learnt,),
        )
    )  # fmt: skip
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("weights by similar leads", "country de", "1.36", "20 of 30"))
