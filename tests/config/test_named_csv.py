"""A long list of named accounts comes from a CSV file, as spreadsheets write it."""

import time
from pathlib import Path

import pytest

from sfrouter.config.named_csv import MAX_PROBLEMS, read_named_csv
from tests.config.files import change, copied, faults, read


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """A CSV file with this text."""
    path = folder / "named.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    "text",
    [
        "company,owner,note\nAcme,jane@example.com,big\n",
        "company;owner;note\r\nAcme;jane@example.com;big\r\n",
        "Company Name\tOwner E-mail\tNotes\nAcme\tjane@example.com\tbig",
        "note,Owner,COMPANY\nbig,jane@example.com, Acme \n\n",
        "company,owner,note\nAcme,jane@example.com,big,, \n",
        '\ufeffcompany,owner,note\n"Acme",jane@example.com,"big"\n',
    ],
)
def test_it_is_read_as_spreadsheets_write_it(tmp_path: Path, text: str) -> None:
    rows, problems = read_named_csv(written(tmp_path, text))
    assert problems == ()
    assert [(line, row.company, row.owner, row.note) for line, row in rows] == [
        (2, "Acme", "jane@example.com", "big")
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("company,owner\n,jane@example.com\n", "named.csv:2: the company is missing"),
        ("company,owner\nAcme,Jane\n", "named.csv:2: 'Jane' is no e-mail address"),
        ("company,owner\nA,a@example.com\nAcme\n", "named.csv:3: '' is no e-mail address"),
        ("company,note\nAcme,x\n", "named.csv:1: the first line has no column 'owner'"),
        ("", "named.csv:1: the first line has no column 'company'"),
        ("company,owner,note\nAcme,a@example.com,big, important\n",
         "named.csv:2: the line has 4 cells, but the first line names 3 columns"),
        ("company,owner,\nAcme,a@example.com,big\n", "named.csv:2: the line has 3 cells"),
        ("company,owner\nAcme, Inc.,a@example.com\n", "named.csv:2: the line has 3 cells"),
        ('company,owner\n"Acme,jane@example.com\n', "this is no CSV"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    _, problems = read_named_csv(written(tmp_path, text))
    assert len(problems) == 1
    assert told in str(problems[0])


def test_other_encodings_and_missing_files_are_told(tmp_path: Path) -> None:
    _, problems = read_named_csv(written(tmp_path, "company,owner\nMüller,a@example.com\n", "latin-1"))
    assert "not UTF-8" in str(problems[0])
    _, problems = read_named_csv(tmp_path / "nowhere.csv")
    assert "missing" in str(problems[0])


def test_a_flood_of_mistakes_is_cut_short(tmp_path: Path) -> None:
    _, problems = read_named_csv(written(tmp_path, "company,owner\n" + "Acme,Jane\n" * 500))
    assert len(problems) == MAX_PROBLEMS + 1
    assert "and 480 more faults" in str(problems[-1])


def test_a_duplicate_names_both_places(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "companies.yaml", "named_accounts_csv:", "named_accounts_csv: named.csv")
    written(folder, "company,owner\nAcme Inc,a@example.com\nBeta,b@example.com\nACME Corp.,c@example.com\n")
    found = faults(folder)
    assert found == [
        "named.csv:4: 'ACME Corp.' is named twice, first in named.csv:2 as 'Acme Inc', with another owner"
        "  mend: keep one of the two"
    ]


def test_ten_thousand_named_accounts_are_read_in_seconds(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "companies.yaml", "named_accounts_csv:", "named_accounts_csv: named.csv")
    lines = "".join(f"Company {number} Holding,rep{number % 40}@example.com,\n" for number in range(10_000))
    written(folder, "company,owner,note\n" + lines)
    begun = time.perf_counter()
    policy = read(folder).policy
    assert len(policy.named_entries) == 10_001
    assert time.perf_counter() - begun < 20  # about one second on an idle machine
