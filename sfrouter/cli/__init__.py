"""The command line: one file a command. It may start everything, and decides nothing."""
