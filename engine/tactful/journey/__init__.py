"""The pure core: a journey's state, what reaches it, and what must be done next."""
