"""Reads the settings for a command, or ends it with every fault of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sfrouter.base.database import StoreUnusableError
from sfrouter.base.errors import BadFilesError, ExitCode, SfrouterError
from sfrouter.config.settings import Settings
from sfrouter.config.settings_reader import read_settings

ENV_FILE = Path(".env")
_AT_THE_DOOR = frozenset({ExitCode.SIGN_IN_REFUSED, ExitCode.ORG_UNREACHABLE})


def load_settings(*, org: bool = False) -> Settings:
    """The settings of this environment; with `org` the sign-in must be there.

    Raises BadFilesError, and StoreUnusableError when nothing can be kept in the data folder.
    """
    from sfrouter.journey.data_folder import data_folder_fault

    settings, problems = read_settings(env_file=ENV_FILE, org=org)
    if settings is None or any(not problem.warning for problem in problems):
        raise BadFilesError(problems)
    fault = data_folder_fault(settings.data_dir)
    if fault is not None:
        raise StoreUnusableError(fault.what, where=fault.file, mend=fault.mend)
    return settings


@contextmanager
def asking_org(settings: Settings) -> Iterator[None]:
    """Whoever types a command is told which address did not answer; the log of the daemon never holds one."""
    try:
        yield
    except SfrouterError as failure:
        if not failure.where and failure.exit_code in _AT_THE_DOOR:
            failure.where = settings.salesforce_instance_url or settings.salesforce_login_url
        raise
