"""A long table of office networks comes from a CSV file; each mistake is named with its line (R033)."""

from pathlib import Path

import pytest

from sfrouter.config.named_csv import read_networks_csv
from tests.config.files import change, copied, faults, read

SWITCH = "ip_networks_csv:  # a CSV file beside this one for long tables, first line: network,company"


def written(folder: Path, text: str) -> Path:
    path = folder / "networks.csv"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("text", ["network,company\n203.0.113.0/24,Acme\n", "Account;CIDR\r\nAcme;203.0.113.0/24"])
def test_it_is_read_as_spreadsheets_write_it(tmp_path: Path, text: str) -> None:
    rows, problems = read_networks_csv(written(tmp_path, text))
    assert problems == ()
    assert [(line, one.network, one.company) for line, one in rows] == [(2, "203.0.113.0/24", "Acme")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("network,company\n203.0.113.0/24,\n", "networks.csv:2: the company is missing"),
        ("network,company\n203.0.113.7/24,Acme\n", "networks.csv:2: '203.0.113.7/24' is no company's network"),
        ("network,company\n203.0.113.7/24,Acme\n", "every bit after them zero"),
        ("network,company\n2001:db8:1::/48,A\n10.0.0.0/8,B\n", "networks.csv:3: '10.0.0.0/8' is no company's"),
        ("network,owner\n203.0.113.0/24,Acme\n", "networks.csv:1: the first line has no column 'company'"),
    ],
)
def test_each_mistake_is_named_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    _, problems = read_networks_csv(written(tmp_path, text))
    assert len(problems) == 1
    assert told in str(problems[0])


def test_the_table_reaches_the_matching_behind_that_of_the_file(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, "companies.yaml", SWITCH, "ip_networks_csv: networks.csv")
    change(folder, "companies.yaml", "ip_networks: []", "ip_networks: [{network: 198.51.100.0/24, company: Beta}]")
    written(folder, "network,company\n203.0.113.0/24,Acme\n")
    assert read(folder).policy.matching.ip_networks == (("198.51.100.0/24", "Beta"), ("203.0.113.0/24", "Acme"))
    written(folder, "network,company\nnonsense,Acme\n")
    assert any(one.startswith("networks.csv:2: 'nonsense'") for one in faults(folder))
