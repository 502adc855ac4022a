"""What the tests of desks start from."""

from tests.builders import town

__all__ = ["town"]
