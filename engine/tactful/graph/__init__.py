"""The step graph: a checked flow as data."""
