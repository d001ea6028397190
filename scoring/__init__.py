"""What an observation means: pure functions, without network, database or clock."""
