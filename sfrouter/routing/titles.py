"""Tells from a title whether somebody leads a company or decides on a budget, in the five languages.

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


_VICE = re.compile(
    r"\b[se]?vp\b|\bvice[ -]?president\b|\bvicepresident[ea]\b|\bvizepr(?:ä|ae)sident(?:in)?\b"
    r"|\bwakil (?:presiden direktur|direktur utama)\b|副社長|執行役員"
)
_BUDGET = re.compile(
    r"\bcfo\b|\bchief (?:financial|procurement|purchasing) officer\b"
    r"|\b(?:finance|procurement|purchasing) director\b"
    r"|\b(?:director|head) of (?:finance|procurement|purchasing)\b|\bowner\b(?! of)"
    r"|\bkaufm(?:ä|ae)nnische[rs]? leit(?:er(?:in)?|ung)\b"
    r"|\b(?:einkaufs|finanz)leit(?:er(?:in)?|ung)\b"
    r"|\bleit(?:er(?:in)?|ung) (?:einkauf|finanzen)\b|\binhaber(?:in)?\b"
    r"|\bdirector(?:a)? (?:financier[oa]|de (?:finanzas|compras))\b|\bjef[ea] de compras\b|\bpropietari[oa]\b"
    r"|\bdirektur keuangan\b|\bkepala (?:keuangan|pengadaan|pembelian)\b|\bpemilik\b"
    r"|最高財務責任者|財務(?:部長|責任者)|(?:購買|調達)(?:部長|責任者)"
)
_PRODUCT = re.compile(r"\b(?:product|process|system|produkt|process|project) owner\b")
_DOOR = re.compile(r"\b(?:reception\w*|empfang\w*|recepcion\w*|resepsionis|office manager)\b|受付")
_OTHERS = re.compile(r"\bwakil\b")


def is_executive(title: str) -> bool:
    """C-level or vice president (R089)? The assistant of one is not."""
    plain = folded(title).replace(".", "")
    if is_c_level(title):
        return True
    return bool(_VICE.search(plain)) and not _NOT.search(_OTHERS.sub(" ", plain))


def is_gatekeeper(title: str) -> bool:
    """Does the title say that the person stands before those who decide (R093)?"""
    plain = folded(title).replace(".", "")
    return bool(_DOOR.search(plain) or _NOT.search(_OTHERS.sub(" ", plain)))


def is_budget_owner(title: str) -> bool:
    """Does the title say that the person decides on money (R093)?"""
    plain = _PRODUCT.sub(" ", folded(title).replace(".", ""))
    return bool(_BUDGET.search(plain))
