"""A working place with a few leads decided and written, shared by all tests of the command line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from sfrouter.localorg.demo.leads import Newcomer
from tests.days.office import Office, story


@dataclass(frozen=True, slots=True)
class Place:
    """An office after its first round. Tests read it; none of them writes to it."""

    office: Office
    leads: Mapping[str, Newcomer]

    def lead(self, company: str) -> str:
        """The id of the lead of a company."""
        (found,) = [lead_id for lead_id, one in self.leads.items() if one.company == company]
        return found


@pytest.fixture(scope="session")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Four leads have come in and one round was done."""
    office = Office.open(tmp_path_factory.mktemp("cli") / "office")
    leads = office.feed([story("Acme California"), story("Delta"), story("Acme Corp"), story("Ostrava")])
    done = office.run("once")
    assert done.returncode == 0, done.stderr
    yield Place(office, leads)
    office.close()


@pytest.fixture
def here(worked: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """The test's process stands in the working place, with its settings. A test that changes its files fails."""
    before = _files(worked)
    for key, value in worked.office.environment.items():
        if key.startswith("SFROUTER_"):
            monkeypatch.setenv(key, value)
    monkeypatch.chdir(worked.office.folder)
    yield worked
    assert _files(worked) == before


def _files(place: Place) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (place.office.folder / "mappings").glob("*.*")}


@pytest.fixture
def nowhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's process stands in an empty folder, without any setting."""
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
