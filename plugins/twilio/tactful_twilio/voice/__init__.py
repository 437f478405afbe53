"""Calls: what they say, which keys they listen for, and what becomes of them."""
