"""Tactful: a plugin-based workflow engine for service messages."""

__version__ = "0.1.0"
