"""Watches over what was decided: what follows from several leads together, or from time that goes by."""
