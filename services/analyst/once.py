"""A property that is worked out when it is first asked for, and then stays."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """``functools.cached_property`` without the lock that Python 3.11 takes at every first time.

    Two threads that ask at once may both work it out; they come to the same.
    """

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, one: Any, owner: type | None = None) -> T:
        value = self._work(one)
        one.__dict__[self._name] = value
        return value
