"""Consent records in files: how they are read, written, and brought into a store."""
