"""Tactful on the web: what channels are told, the API, and the server that both stand in."""
