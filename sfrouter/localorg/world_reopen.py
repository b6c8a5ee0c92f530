"""Takes up again an org that a database file holds: its rows as they were left, its people, apps and rules."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.org import Org
from sfrouter.localorg.world_keep import ALIASES, WORLD, remembered_fields, written_down
from sfrouter.localorg.world_load import load_world
from sfrouter.localorg.world_problems import Problem, WorldError


def reopen_org(store_path: str, clock: OrgClock) -> Org:
    """The org of a file. Sessions, cursors and bulk jobs are gone, as after a restart.

    The world that the file was begun with is played once more in memory, where the same world gives the same ids;
    then the rows of the file take the place of its rows. Raises WorldError for a file that holds no org.
    """
    content = _world_of(store_path)
    org = load_world(json.loads(content), clock, ":memory:")
    org.store.attach(store_path)
    org.aliases.update(json.loads(written_down(org.store, ALIASES) or "{}"))
    for object_name, field in remembered_fields(org.store):
        kind = org.schema.object(object_name)
        if kind is not None and kind.field(field.name) is None:
            org.schema.add_custom_field(object_name, field)
    org.custom_fields.restore()
    return org


def _world_of(store_path: str) -> str:
    """The world written down in a file, read without changing it."""
    what = "the file holds no local org"
    try:
        with closing(sqlite3.connect(f"{Path(store_path).absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT text FROM localorg_note WHERE name = ?", [WORLD]).fetchone()
            if found is not None:
                return str(found[0])
    except sqlite3.Error as problem:
        if not Path(store_path).exists():
            what = "there is no such file"
        elif "locked" in str(problem):
            what = "another program uses the file"
    mend = "Name a file that 'sfrouter localorg' made, or give a world to start a new one"
    raise WorldError(store_path, [Problem((), what, mend)])
