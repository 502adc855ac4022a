"""What the tests of reports start from."""

from tests.builders import on_disk, town

__all__ = ["on_disk", "town"]
