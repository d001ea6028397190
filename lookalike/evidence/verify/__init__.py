"""Checks of a pack that somebody hands in: what public tools check, and what they miss. Nothing is extracted."""
