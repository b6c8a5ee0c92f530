"""Reads the settings for a command, or ends it with every fault of them."""

from pathlib import Path

from sfrouter.base.errors import BadFilesError
from sfrouter.config.settings import Settings
from sfrouter.config.settings_reader import read_settings


def load_settings(env_file: Path = Path(".env")) -> Settings:
    """The settings of this environment. Raises BadFilesError with all that is wrong."""
    settings, problems = read_settings(env_file=env_file)
    if settings is None or any(not problem.warning for problem in problems):
        raise BadFilesError(problems)
    return settings
