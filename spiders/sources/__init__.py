"""One thin spider for each place where victims search."""
