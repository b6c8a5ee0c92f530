"""Finds the mapping and policy files that come with sfrouter, wherever it is installed."""

from pathlib import Path

import sfrouter


def shipped_mappings() -> Path:
    """The folder of the shipped files: inside an installed package, beside it in a source checkout."""
    package = Path(sfrouter.__file__).parent
    installed = package / "shipped_mappings"
    return installed if installed.is_dir() else package.parent / "mappings"
