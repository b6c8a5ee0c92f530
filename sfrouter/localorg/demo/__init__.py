"""A believable made-up company for the demo and for rehearsals: its people, its customers, two hundred leads."""
