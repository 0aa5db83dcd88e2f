"""Serves single files out of `node_modules`, each named in `settings.VENDOR_FILES`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage


def vendor_path(source: str) -> Path:
    """Where the file `source` of an installed front-end package lies."""
    return Path(settings.BASE_DIR) / "node_modules" / source


class VendorStorage(FileSystemStorage):
    """Reads the served name from the package file behind it."""

    def path(self, name: str) -> str:
        return str(vendor_path(settings.VENDOR_FILES[name]))


class VendorFilesFinder(BaseFinder):
    """Finds exactly the named files and nothing beside them."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.storage = VendorStorage()

    def check(self, **_: Any) -> list[Any]:
        """`config.checks` says it once for all files."""
        return []

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        """The file served as `path`, as a list when `find_all` asks for one; an empty list when it is not ours."""
        if path not in settings.VENDOR_FILES or not Path(self.storage.path(path)).exists():
            return []
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Every named file that is installed."""
        for name, source in settings.VENDOR_FILES.items():
            if vendor_path(source).exists():
                yield name, self.storage
