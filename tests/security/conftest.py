"""The house of the access matrix."""

from tests.access.conftest import house

__all__ = ["house"]
