"""The cyber range: a small internet on loopback, described by a folder and reached through ordinary settings."""
