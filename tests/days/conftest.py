"""Day tests share one kind of working place."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.days.office import Office


@pytest.fixture(scope="session", autouse=True)
def _compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Day tests start many processes: each would compile the whole house anew where bytecode is not kept.

    All workers of a run share one folder of it: the one that is named, or one of the run.
    """
    if "PYTHONPYCACHEPREFIX" in os.environ and not os.environ.get("PYTHONDONTWRITEBYTECODE"):
        yield
        return
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("PYTHONPYCACHEPREFIX", str(shared / "bytecode"))
        yield


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A local org with the companies of the stories, and nothing running beside it."""
    place = Office.open(tmp_path)
    yield place
    place.close()
