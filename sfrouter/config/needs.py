"""Whether the mapping has what a rule asks for; if not, which line to add."""

from sfrouter.base.shelf import did_you_mean
from sfrouter.config.faults import Faults
from sfrouter.config.mapping import FieldMapping
from sfrouter.config.nouns import NOUNS
from sfrouter.config.placing import Path_

WRITTEN_TO_MAKE = ("name", "owner_id", "domains", "auto_created", "text")
"""What is written of an account that is made; of several fields behind one name the first."""
NEEDED_TO_MAKE = (*WRITTEN_TO_MAKE, "created_at")
"""What the mapping must name of an account before one can be made and found again."""

INSTEAD = {"lead.department": ("lead.title",), "lead.seniority": ("lead.title",)}
"""What the router works out from another field where it is not mapped (L03)."""


def check_need(need: str, who: str, mapping: FieldMapping, faults: Faults, path: Path_, *, code: str) -> None:
    """Note what `who` needs and the mapping lacks. `need` is noun.field or noun.field.word."""
    if any(mapping.has(one) for one in (need, *INSTEAD.get(need, ()))):
        return
    noun, _, rest = need.partition(".")
    name, _, word = rest.partition(".")
    file = mapping.source
    where = f"{file.name} does not map"
    if noun not in mapping.objects:
        mend = f"add the section '{noun}:' to {file.name} as it is shipped"
    elif name not in NOUNS[noun].fields:
        where = (
            f"{file.name} does not know.{did_you_mean(name, (*NOUNS[noun].fields, *mapping.objects[noun].extra))}"
        )
        mend = f"in {file.name} under '{noun}: extra:' add '{name}: <the field's API name>'"
    elif not mapping.has(f"{noun}.{name}"):
        line = file.line((noun, "fields"))
        mend = f"in {file.name} (line {line}) under '{noun}: fields:' add '{name}: <the field's API name>'"
    else:
        line = file.line((noun, "words", name))
        mend = f"in {file.name} (line {line}) under '{noun}: words: {name}:' add '{word}: [<the org's value>]'"
    faults.add(path, f"{who} needs {need}, which {where}", mend, code=code)
