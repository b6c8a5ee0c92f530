"""Shares out the leads of unknown companies: the first territory that fits, its pool, and whose turn it is."""
