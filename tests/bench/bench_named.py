"""Prints how long 10,000 named accounts take to read, check and index. Run: python -m tests.bench.bench_named"""

import shutil
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from sfrouter.config.policy import read_configuration
from sfrouter.config.shipped import shipped_mappings
from sfrouter.matching.named import NamedIndex

COUNT = 10_000


def write_list(folder: Path, count: int) -> None:
    """The shipped files with so many named accounts in a CSV beside them."""
    for path in shipped_mappings().glob("*.yaml"):
        shutil.copy(path, folder)
    lines = [
        "company,owner,note",
        *(f"Firm {n} of Sector {n % 97},rep{n % 50}@example.com,note {n}" for n in range(count)),
    ]
    (folder / "named.csv").write_text("\n".join(lines) + "\n", "utf-8")
    companies = folder / "companies.yaml"
    text = companies.read_text("utf-8")
    assert text.count("named_accounts_csv:") == 1
    companies.write_text(text.replace("named_accounts_csv:", "named_accounts_csv: named.csv"), "utf-8")


def measure(count: int) -> tuple[float, float, float]:
    """Seconds for the shipped files alone, for the same with the list, and for the index of the list."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = perf_counter()
        read_configuration(shipped_mappings())
        alone = perf_counter() - started
        write_list(folder, count)
        started = perf_counter()
        found, problems = read_configuration(folder)
        whole = perf_counter() - started
        assert found is not None, [str(problem) for problem in problems][:3]
        assert len(found.policy.named_entries) == count + 1
        started = perf_counter()
        NamedIndex(found.policy.named_entries)
        return alone, whole, perf_counter() - started


def main() -> None:
    """One line a measurement."""
    measure(10)  # imports and lists of words are loaded once
    alone, whole, index = measure(COUNT)
    sys.stdout.write(f"shipped files alone:              {alone:.2f} s\n")
    sys.stdout.write(f"with {COUNT:,} named accounts:      {whole:.2f} s, so {whole - alone:.2f} s for the list\n")
    sys.stdout.write(f"index of the list for matching:   {index:.2f} s\n")


if __name__ == "__main__":
    main()
