"""Which of our accounts is this lead's company? Every answer with its score, its words and both values."""
