"""`sfrouter check`: every fault at once, each with its place, and an exit code that says which kind."""

import shutil
import socket
from pathlib import Path

import pytest

from sfrouter.mirror.store import Mirror
from tests.cli.command import command
from tests.cli.conftest import Place


def test_a_good_house_is_called_good_and_the_org_named(here: Place) -> None:
    answer = command("check")
    assert (answer.code, answer.err) == (0, "")
    assert f"org {here.office.server.org.org_id} (production)" in answer.out
    assert "Good" in answer.out
    assert (
        "Looked at: settings, data folder, files, sign-in, objects and fields, people and queues, limits"
        in answer.out
    )


def test_json_holds_the_report_and_nothing_else_is_printed(here: Place) -> None:
    answer = command("check", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json["good"] is True
    assert answer.json["org"]["org_id"] == here.office.server.org.org_id
    assert all(problem["warning"] for problem in answer.json["problems"])


def test_offline_asks_the_org_nothing(here: Place) -> None:
    before = len(here.office.server.org.request_log)
    answer = command("check", "--offline")
    assert answer.code == 0
    assert "The org was not asked" in answer.out
    assert len(here.office.server.org.request_log) == before


@pytest.mark.usefixtures("here")
def test_wrong_settings_are_reported_as_json_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SFROUTER_POLL_SECONDS", "often")
    monkeypatch.setenv("SFROUTER_POL_SECONDS", "5")
    answer = command("check", "--json")
    assert (answer.code, answer.err) == (3, "")
    whats = [problem["what"] for problem in answer.json["problems"]]
    assert any("SFROUTER_POLL_SECONDS must be a whole number" in what for what in whats)
    assert any("no setting is called SFROUTER_POL_SECONDS" in what for what in whats)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_refused_sign_in_is_a_fault_of_the_report(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SFROUTER_SALESFORCE_CLIENT_SECRET", "not-the-secret")
    answer = command("check", *words)
    assert (answer.code, answer.err) == (4, "")
    assert "the org refused to sign us in" in answer.out
    assert "not-the-secret" not in answer.out


@pytest.mark.usefixtures("here")
def test_an_org_that_does_not_answer_is_named_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("SFROUTER_SALESFORCE_LOGIN_URL", url)
        answer = command("check")
    assert (answer.code, answer.err) == (5, "")
    assert answer.out.startswith(f"{url}: signing in did not work: the connection was refused")
    assert "1 fault to mend" in answer.out


@pytest.mark.usefixtures("here")
def test_a_data_folder_that_cannot_be_used_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(tmp_path / "file" / "data"))
    answer = command("check", "--offline")
    assert answer.code == 3
    assert f"the data folder cannot be made: {tmp_path / 'file'} is a file" in answer.out


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("offline", [True, False])
@pytest.mark.parametrize("how", ["damaged", "gone", "cut to nothing"])
def test_a_destroyed_ledger_is_a_fault_in_the_words_of_the_commands_that_need_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str, *, offline: bool
) -> None:
    if how == "damaged":
        (tmp_path / "ledger.db").write_bytes(b"no ledger any more" * 1_000)
    else:
        Mirror.open(tmp_path / "mirror.db").close()
    if how == "cut to nothing":
        (tmp_path / "ledger.db").touch()
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(tmp_path))
    refused = command("once")
    answer = command("check", *(["--offline"] if offline else []))
    assert (refused.code, answer.code, answer.err) == (8, 8, "")
    assert " ".join(refused.err.removeprefix("sfrouter: ").split()) in " ".join(answer.out.split())
    assert "1 fault to mend" in answer.out
    assert "sfrouter restore" in answer.out


@pytest.mark.usefixtures("nowhere")
def test_in_an_empty_folder_it_says_what_to_set() -> None:
    answer = command("check")
    assert answer.code == 3
    assert "no complete way to sign in" in answer.out
    assert "SFROUTER_SALESFORCE_CLIENT_ID" in answer.out


@pytest.mark.usefixtures("here")
def test_coverage_prints_who_takes_which_kind_of_lead() -> None:
    answer = command("check", "--offline", "--coverage")
    assert answer.code == 0, answer.out
    assert "Every kind has exactly one owner." in answer.out
    assert "coverage" in answer.out.splitlines()[-2]
    as_json = command("check", "--offline", "--coverage", "--json")
    assert as_json.json["complete"] is True
    assert as_json.json["coverage"]["by_rule"]["customer_owner"] > 0


def test_a_history_that_shows_no_change_of_an_owner_is_told_and_one_that_does_is_not(here: Place) -> None:
    """C15: an org that does not track owners looks like one where none ever changed."""

    def untracked() -> list[str]:
        problems = command("check", "--json").json["problems"]
        return [problem["what"].split()[0] for problem in problems if problem["code"] == "ORG17"]

    assert untracked() == ["AccountHistory"]  # leads have changed hands here
    org = here.office.server.org
    account = org.store.rows("Account")[0]
    heir = next(row["Id"] for row in org.store.rows("User") if row["IsActive"] and row["Id"] != account["OwnerId"])
    org.records.change_owner(heir, account["Id"], heir)
    assert untracked() == []


@pytest.mark.usefixtures("here")
def test_the_probe_of_writing_says_when_there_is_no_such_lead() -> None:
    answer = command("check", "--probe-write", "00Q5e00000000zz")
    assert answer.code == 3
    assert "is not there, or hidden from our user" in answer.out


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("words", "told"),
    [(("Delta",), "Delta is not the id of a lead"), (("00Q5e00000000zz", "--offline"), "leave --offline out")],
)
def test_a_probe_that_cannot_be_made_is_refused_at_once(words: tuple[str, ...], told: str) -> None:
    answer = command("check", "--probe-write", *words)
    assert answer.code == 2
    assert told in answer.err


def test_faults_in_the_settings_hide_none_in_the_files(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """One run names both; with a folder that cannot be told only the settings are looked at."""
    own = here.office.folder / "other-mappings"
    shutil.copytree(here.office.folder / "mappings", own)
    policy = own / "policy.yaml"
    policy.write_text(policy.read_text("utf-8") + "colour: red\n", "utf-8")
    monkeypatch.setenv("SFROUTER_POLL_SECONDS", "often")
    for words in (["--mappings", str(own)], []):
        monkeypatch.setenv("SFROUTER_MAPPINGS_DIR", str(own))
        answer = command("check", "--json", *words)
        whats = [problem["what"] for problem in answer.json["problems"]]
        assert answer.code == 3
        assert any("SFROUTER_POLL_SECONDS must be a whole number" in what for what in whats), whats
        assert any("'colour'" in what for what in whats), whats
    shutil.rmtree(own)


def test_each_fault_has_its_code_which_the_docs_explain(here: Place, tmp_path: Path) -> None:
    own = tmp_path / "mappings"
    shutil.copytree(here.office.folder / "mappings", own)
    policy = own / "policy.yaml"
    policy.write_text(policy.read_text("utf-8").replace("- open_opportunity", "- open_oportunity", 1), "utf-8")
    answer = command("check", "--offline", "--mappings", str(own))
    assert answer.code == 3
    assert "Did you mean 'open_opportunity'?  (POL03)" in " ".join(answer.out.split("\n"))
