"""What the tests of topics start from."""

from tests.builders import on_disk, town

__all__ = ["on_disk", "town"]
