"""Reads the settings for a command, or ends it with every fault of them."""

from pathlib import Path

from sfrouter.base.errors import BadFilesError
from sfrouter.config.settings import Settings
from sfrouter.config.settings_reader import read_settings

ENV_FILE = Path(".env")


def load_settings(*, org: bool = False) -> Settings:
    """The settings of this environment; with `org` the sign-in must be there. Raises BadFilesError."""
    settings, problems = read_settings(env_file=ENV_FILE, org=org)
    if settings is None or any(not problem.warning for problem in problems):
        raise BadFilesError(problems)
    return settings
