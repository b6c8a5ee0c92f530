"""Contract tests share one kind of working place: an org that answers, and the admin's files beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.days.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A local org with the companies of the stories, and nothing running beside it."""
    place = Office.open(tmp_path / "office")
    yield place
    place.close()
