"""Can anything be kept in the data folder? Asked before a database or a lock is opened in it."""

import os
from pathlib import Path

from sfrouter.base.errors import Problem

_MEND = "set SFROUTER_DATA_DIR to a folder that the user sfrouter runs as may write to"


def data_folder_fault(folder: Path) -> Problem | None:
    """What keeps the folder from being used or made; None when nothing does. Changes nothing on the disk."""
    # os.path.exists says no where Path.exists would raise: below a folder that may not be entered.
    nearest = next(one for one in (folder.absolute(), *folder.absolute().parents) if os.path.exists(one))
    own = nearest == folder.absolute()
    if not nearest.is_dir():
        what = "the data folder is a file" if own else f"the data folder cannot be made: {nearest} is a file"
    elif not os.access(nearest, os.W_OK | os.X_OK):
        what = "the data folder may not be written" + ("" if own else f": {nearest} is not ours to write in")
    else:
        return None
    return Problem(file=str(folder), what=what, mend=_MEND)
