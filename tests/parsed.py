"""A text is parsed once in a run, as thousands of tests read the same shipped files."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from unittest.mock import patch

import sfrouter.base.yamlfile
from sfrouter.base.errors import Problem
from sfrouter.base.yamlfile import YamlFile, parse_yaml

Parsed = tuple[YamlFile | None, tuple[Problem, ...]]


@lru_cache(maxsize=1000)
def _kept(text: str, name: str) -> bytes:
    return pickle.dumps(parse_yaml(text, name))


def parsed(text: str, name: str) -> Parsed:
    """What `parse_yaml` gives, each time as new objects: no reader sees what another did with his."""
    found: Parsed = pickle.loads(_kept(text, name))  # noqa: S301 - our own bytes, of this very process
    return found


@contextmanager
def parsed_once() -> Iterator[None]:
    """Files are read from the disk each time; a text that was parsed before is not parsed again."""
    with patch.object(sfrouter.base.yamlfile, "parse_yaml", parsed):
        yield
