"""What the org says, kept close at hand. It may be deleted at any hour and is filled again."""
