"""The program's errors.

    LookalikeError            one clear line for people: what was expected, what came, what to do
    ├── UsageError            wrong usage or unusable input: exit 2
    │   ├── ConfigError       a setting
    │   └── RangeError        a cyber range's file and key
    └── StoreError            the database
        ├── SchemaError       its schema is older or newer than this program
        ├── Passing           a trouble that passes: the same transaction may be tried again
        └── Busy              another night holds the lock

Seeds have their own (``seeds.errors.SeedError``), since nothing imports downwards.
"""

from __future__ import annotations


class LookalikeError(Exception):
    """Base of all errors that are shown as one line, without a traceback."""


class UsageError(LookalikeError):
    """Wrong usage or unusable input."""


class ConfigError(UsageError):
    """A setting has an unusable value."""


class RangeError(UsageError):
    """A range's folder is not usable; the message names file and key."""


class StoreError(LookalikeError):
    """The database cannot be used."""


class SchemaError(StoreError):
    """The schema is not this program's."""


class Passing(StoreError):
    """A connection that was lost, or a deadlock that was broken at our cost: nothing was stored; try again."""


class Busy(StoreError):
    """Another night is running."""
