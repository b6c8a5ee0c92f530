"""The process that runs day and night: its clockwork, its lock, its heartbeat, its orderly stop."""
