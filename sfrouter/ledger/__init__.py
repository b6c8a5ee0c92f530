"""Our own memory: what was decided for every lead, why, and how far each write to the org got. Never lost."""
