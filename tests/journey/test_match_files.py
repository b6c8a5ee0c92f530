"""Two exported files are matched without any org, and faulty files are answered with a sentence."""

import csv
from pathlib import Path

import pytest

from sfrouter.journey.company_files import CompanyFileError, read_accounts, read_leads, write_matches
from sfrouter.journey.match_files import Timings, match_leads
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.settings import MatchSettings


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_leads_are_matched_and_written_with_the_reason(tmp_path: Path) -> None:
    accounts = written(tmp_path, "a.csv", "account_id,name,website\nA1,Acme Corp,acme.com\nA2,Beta AG,\n")
    leads = written(
        tmp_path, "l.csv", "lead_id,company,email\nL1,,jo@acme.com\nL2,Beta,x@gmail.com\nL3,Gamma,y@gmail.com\n"
    )
    index, timings = AccountIndex(read_accounts(accounts)), Timings()
    rows = match_leads(read_leads(leads), index, MatchSettings(), lambda: 0.0, timings)
    assert write_matches(tmp_path / "o.csv", rows) == 3
    with (tmp_path / "o.csv").open(encoding="utf-8") as file:
        found = [(row["lead_id"], row["account_id"], row["band"]) for row in csv.DictReader(file)]
    assert found == [("L1", "A1", "auto"), ("L2", "A2", "review"), ("L3", "", "none")]
    assert len(timings.seconds) == 3


def test_other_names_of_a_file_are_names_too(tmp_path: Path) -> None:
    text = "account_id,name,other_names\nA1,株式会社山沢精機,ヤマザワセイキ; YZ Precision\nA2,Beta AG,\n"
    accounts = list(read_accounts(written(tmp_path, "a.csv", text)))
    assert [one.other_names for one in accounts] == [("ヤマザワセイキ", "YZ Precision"), ()]
    leads = read_leads(written(tmp_path, "l.csv", "lead_id,company,email\nL1,YZ Precision Ltd,a@yzp.example\n"))
    (row,) = match_leads(leads, AccountIndex(accounts), MatchSettings(), lambda: 0.0, Timings())
    assert row[:2] == ("L1", "A1")
    assert "also called 'YZ Precision'" in row[4]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,name\n1,Acme\n", "no column account_id"),
        ("account_id,name\n,Acme\n", "the account_id is empty"),
    ],
)
def test_a_faulty_file_is_named_with_line_and_mend(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, "a.csv", text)
    with pytest.raises(CompanyFileError, match=said) as failure:
        list(read_accounts(path))
    assert str(path) in str(failure.value)
    assert failure.value.mend


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CompanyFileError, match="cannot be read"):
        list(read_leads(tmp_path / "none.csv"))


def test_no_written_text_is_a_formula(tmp_path: Path) -> None:
    write_matches(tmp_path / "o.csv", [("=1+1", "", 0.0, "none", "no account fits")])
    assert "'=1+1" in (tmp_path / "o.csv").read_text("utf-8")
