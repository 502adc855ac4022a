"""What the tests of channels start from."""

from tests.builders import on_disk, town

__all__ = ["on_disk", "town"]
