"""What ``scoring.link`` works with: kinds of keys, the keys of a case, pairs of leads."""
