"""What people do with the observations: store, night, review, command line."""

__version__ = "0.1.0"
