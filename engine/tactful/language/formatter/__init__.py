"""Writes flows in one form, and never with another meaning."""
