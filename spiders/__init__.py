"""How observations are made: searches, visits, hosting look-ups."""
