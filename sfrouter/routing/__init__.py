"""Decides who should own a lead: the hierarchy of relationships, first match wins, every answer explained."""
