"""The engine: claims due journeys, performs their commands, takes signals and orders in."""
