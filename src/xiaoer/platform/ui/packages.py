"""The files of front-end packages that pages need, and no others, as static files.

The packages themselves (tens of megabytes) stay where ``npm ci`` put them; pages load three files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Warning
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

#: Public name of each file and where its package keeps it.
FILES: Mapping[str, str] = {
    "tabler/css/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "echarts/echarts.min.js": "echarts/dist/echarts.min.js",
}
_SOURCE_MAP = re.compile(rb"\n?(/\*|//)# sourceMappingURL=[^\n]*")


class PackageStorage(FileSystemStorage):
    """Read the files of :data:`FILES` by their public names, without the pointers to source maps."""

    def path(self, name: str) -> str:
        """Return where the package keeps the file."""
        return str(Path(settings.XIAOER_NODE_MODULES) / FILES[name.replace("\\", "/")])

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        return ContentFile(_SOURCE_MAP.sub(b"", Path(self.path(name)).read_bytes()), name=name)


class PackageFinder(BaseFinder):
    """Offer the files of :data:`FILES` to ``collectstatic`` and to the development server."""

    storage = PackageStorage()

    def check(self, **kwargs: Any) -> list[CheckMessage]:  # the signature is Django's
        """Warn where a package has not been installed."""
        missing = [name for name in FILES if not Path(self.storage.path(name)).is_file()]
        if not missing:
            return []
        told = f"front-end files are missing: {', '.join(missing)}"
        return [Warning(told, hint="Run `npm ci`, or `make setup`.", id="xiaoer_ui.W001")]

    def find(
        self, path: str, find_all: bool = False, **kwargs: Any
    ) -> Any:  # Django's signature: a path or a list
        """Return where a public name lies on this machine."""
        here = self.storage.path(path) if path in FILES else ""
        found = [here] if here and Path(here).is_file() else []
        return found if find_all else next(iter(found), None)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, PackageStorage]]:
        """Yield each installed file with the storage that reads it."""
        for name in FILES:
            if Path(self.storage.path(name)).is_file():
                yield name, self.storage
