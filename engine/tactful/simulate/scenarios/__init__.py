"""Scenarios: one person's way through a flow, played by the real engine in virtual time."""
