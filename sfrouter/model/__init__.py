"""Every noun of the house, as frozen values. Nothing here reads, writes or decides."""
