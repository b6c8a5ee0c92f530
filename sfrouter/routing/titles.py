"""Tells from a title whether somebody leads a company: C-level in English, German, Spanish, Japanese, Indonesian.

A title is a free text, so only words that say so are believed; the assistant of a chief executive is not one.
"""

import re

from sfrouter.routing.spelling import folded

# These ranks contain the words of a higher one.
_LOWER = re.compile(r"\bvice[ -]?president\w*\b|\bvicepresident\w*\b|副社長|社長室長?")
_NOT = re.compile(
    r"\b(?:assistant|assistent\w*|assistenz|asistente|asisten|sekret\w+|secretar\w+|office of|chief of staff"
    r"|to the|deputy|former|ehemalig\w*|ex|wakil)\b|秘書|補佐|元(?=社長|代表)"
)
_YES = re.compile(
    r"\bc[efot]o\b|\bc[im]o\b|\b(?:cso|cpo|cdo|ciso|chro|cco|cro)\b"
    r"|\bchief (?:\w+ ){1,3}officer\b|\bmanaging director\b|\bpresident(?:e|a)?\b"
    r"|\bgesch(?:ä|ae)ftsf(?:ü|ue)hr(?:er(?:in)?|ung)\b"
    r"|\bvorst(?:and|(?:ä|ae)ndin)\b|\bvorstandsvorsitzende\w?\b|\bmitglied (?:des|im) vorstands?\b"
    r"|\bdirector(?:a)? general\b|\bconsejer[oa] delegad[oa]\b|\bdirector(?:a)? ejecutiv[oa]\b"
    r"|\bdirektur utama\b|\bpresiden direktur\b"
    r"|代表取締役|最高\w{2,3}責任者|社長"
)


def is_c_level(title: str) -> bool:
    """Does the title name somebody at the head of the company (R080)?"""
    plain = _LOWER.sub(" ", folded(title).replace(".", ""))
    return not _NOT.search(plain) and bool(_YES.search(plain))
