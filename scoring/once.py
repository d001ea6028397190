"""A value that an object works out when it is first asked for, and keeps: ``cached_property`` without its lock.

Until Python 3.12 the standard one takes a lock at every first asking; a case is judged by one thread, and asks for
dozens of such values.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Self, TypeVar, overload

T = TypeVar("T")


class once(cached_property[T]):  # noqa: N801 - stands where ``property`` does
    """As ``functools.cached_property``; two threads that ask at once may both work it out."""

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T: ...
    def __get__(self, instance: object | None, owner: type[Any] | None = None) -> Self | T:
        """The value, from now on an attribute of the object itself."""
        if instance is None:
            return self
        assert self.attrname is not None
        value = instance.__dict__[self.attrname] = self.func(instance)
        return value
