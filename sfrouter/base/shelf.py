"""A shelf of parts: one file a part, found by its file name, so that nothing is registered twice."""

import difflib
import importlib
import pkgutil
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from types import MappingProxyType, ModuleType


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """' Did you mean 'x'?' for the closest known word, or an empty string."""
    close = nearest(word, known)
    return f" Did you mean '{close}'?" if close else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The closest known word, or an empty string."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


def parts(package: ModuleType, *, base: type, but: Collection[str] = ()) -> Mapping[str, type]:
    """Each module's one subclass of `base`, by the module's name; the modules `but` stand elsewhere.

    Looked up once in a process. Raises TypeError when a file on the shelf holds no part, or more than one.
    """
    return _parts(package, base, frozenset(but))


@cache
def _parts(package: ModuleType, base: type, but: frozenset[str]) -> Mapping[str, type]:
    found: dict[str, type] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda item: item.name):
        if info.name in but:
            continue
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        own = [
            member
            for member in vars(module).values()
            if isinstance(member, type)
            and issubclass(member, base)
            and member is not base
            and member.__module__ == module.__name__
        ]
        if len(own) != 1:
            raise TypeError(f"{module.__name__} must hold exactly one {base.__name__}, found {len(own)}")
        found[info.name] = own[0]
    return MappingProxyType(found)
