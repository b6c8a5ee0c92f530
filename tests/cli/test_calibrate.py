"""`sfrouter calibrate` on files and on an org whose truth is known: figures, picture, proposal."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sfrouter.localorg.convert import Conversion
from tests.cli.command import command
from tests.days.office import Office

COMPANIES = ("Brackenholm", "Tarnbeck", "Quillfeather", "Pellworth", "Dunmorrow")


def files(folder: Path, labels: str | None = None) -> tuple[str, ...]:
    """Five companies with two leads each by domain, and two that have no account."""
    rows = [f"A{n},{name} Ltd,{name.lower()}.example\n" for n, name in enumerate(COMPANIES)]
    leads = [
        f"L{n}{part},{name},p{part}@{name.lower()}.example\n"
        for n, name in enumerate(COMPANIES)
        for part in (1, 2)
    ]
    truth = "".join(f"L{n}{part},A{n}\n" for n in range(len(COMPANIES)) for part in (1, 2))
    texts = {
        "accounts": "account_id,name,website\n" + "".join(rows),
        "leads": "lead_id,company,email\n" + "".join(leads) + "X1,Nobody,a@nobody.example\nX2,Nil,b@nil.example\n",
        "labels": labels if labels is not None else "lead_id,account_id\n" + truth + "X1,\nX2,\n",
    }
    words: list[str] = []
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
        words += [f"--{name}", str(folder / f"{name}.csv")]
    return tuple(words)


@pytest.mark.usefixtures("nowhere")
def test_labelled_files_are_measured_without_any_org(tmp_path: Path) -> None:
    answer = command("calibrate", *files(tmp_path), "--json", "--leads-a-day", "24")
    assert (answer.code, answer.err) == (0, "")
    today = answer.json["today"]
    assert (today["leads"], today["with_account"], today["auto"], today["right"]) == (12, 10, 10, 10)
    assert today["precision"]["share"] == today["recall"]["share"] == 1.0
    assert 0.7 < today["precision"]["low"] < 0.73
    assert today["reviews_a_day"] == 0
    assert answer.json["evidence"] == {"domain": {"right": 10, "wrong": 0}}
    assert answer.json["proposal"]["proven"] is False
    assert answer.json["links_needed_to_prove"] == 189


@pytest.mark.usefixtures("nowhere")
def test_people_get_a_table_a_chart_the_lines_to_paste_and_a_picture(tmp_path: Path) -> None:
    answer = command("calibrate", *files(tmp_path), "--picture", str(tmp_path / "p.svg"))
    assert answer.code == 0, answer.err
    assert "72.2% to 100.0%" in answer.out
    assert "█" in answer.out
    assert "matching:\n  match_above: 80\n  review_from: 70\n" in answer.out
    assert "not proven" in answer.out
    assert "Nothing was changed" in answer.out
    drawn = ET.parse(tmp_path / "p.svg").getroot()  # noqa: S314 - our own file
    assert len(drawn.findall("{http://www.w3.org/2000/svg}polyline")) == 3


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--accounts", "a.csv"), "belong together"),
        (("--leads-a-day", "5"), "are for files"),
    ],
)
def test_words_that_do_not_go_together_are_refused(words: tuple[str, ...], said: str) -> None:
    answer = command("calibrate", *words)
    assert answer.code == 2
    assert said in answer.err


@pytest.mark.usefixtures("nowhere")
def test_labels_of_other_files_are_a_sentence(tmp_path: Path) -> None:
    answer = command("calibrate", *files(tmp_path, "lead_id,account_id\nZ1,A1\n"))
    assert answer.code == 3
    assert "no label belongs to a lead" in answer.err


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """People have converted leads: five to companies they had, three to new accounts, one to the wrong company."""
    office = Office.open(tmp_path_factory.mktemp("calibrate") / "office")
    inside = office.server.org
    for name in COMPANIES:
        values = {"Name": f"{name} Ltd", "Website": f"https://www.{name.lower()}.example"}
        inside.records.create("@bob", "Account", values)
    accounts = {row["Name"]: row["Id"] for row in office.rows("Account")}
    arrivals: list[tuple[str, str | None]] = [(name, f"{name} Ltd") for name in COMPANIES]
    arrivals += [("Wexcombe", None), ("Osterby", None), ("Fennimarsh", None), ("Wexcombe", "Wexcombe")]
    arrivals += [("Tarnbeck", "Pellworth Ltd")]
    for number, (company, account) in enumerate(arrivals):
        inside.clock.advance(timedelta(hours=1).total_seconds())
        lead = {"LastName": "Doe", "Company": company, "Email": f"p{number}@{company.lower()}.example"}
        lead_id = inside.records.create("@bob", "Lead", lead | {"Website": f"{company.lower()}.example"})
        inside.clock.advance(timedelta(hours=1).total_seconds())
        made = inside.records.convert(
            "@bob",
            lead_id,
            Conversion(account_id=accounts[account] if account else None, owner_id=office.id("bob")),
        )
        accounts.setdefault(company, made.account_id)
    done = office.run("sync")
    assert done.returncode == 0, done.stderr
    yield office
    office.close()


def test_an_org_of_known_truth_gives_its_figures(org: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven had their account, one of them is labelled with another company's; three had none."""
    for key, value in org.environment.items():
        if key.startswith("SFROUTER_"):
            monkeypatch.setenv(key, value)
    monkeypatch.chdir(org.folder)
    answer = command("calibrate", "--json")
    assert (answer.code, answer.err) == (0, "")
    today = answer.json["today"]
    assert (today["leads"], today["with_account"]) == (10, 7)
    assert (today["auto"], today["right"], today["strangers"]) == (7, 6, 0)
    assert [one["company"] for one in answer.json["wrong"]] == ["Tarnbeck"]
    assert "10 converted leads" in answer.json["source"]


def test_without_a_converted_lead_the_mend_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, org: Office
) -> None:
    for key, value in org.environment.items():
        if key.startswith("SFROUTER_"):
            monkeypatch.setenv(key, value)
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(org.folder)
    answer = command("calibrate")
    assert answer.code == 1
    assert "sfrouter sync" in answer.err
