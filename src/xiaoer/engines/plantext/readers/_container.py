"""Open zip containers and XML parts without trusting them."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

from lxml import etree

from ._extract import Limits
from ._refusals import not_a_document, printed_size, refusal

_RATIO_FLOOR = 1024 * 1024

# lxml ships no types, hence Any for its nodes.
Node = Any


class Container:
    """A zip file whose declared sizes were checked before anything is unpacked."""

    def __init__(self, data: bytes, *, name: str, limits: Limits) -> None:
        self._name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise not_a_document(
                name,
                "压缩包结构已损坏",
                "the package is damaged",
                "请重新导出。",
                "Export it again.",
            ) from error
        self._check(infos, limits)
        self.names = frozenset(info.filename for info in infos)

    def _check(self, infos: list[zipfile.ZipInfo], limits: Limits) -> None:
        if len(infos) > limits.max_entries:
            raise refusal("zip_bomb", name=self._name, reason=f"{len(infos)} 个部件")
        total = sum(info.file_size for info in infos)
        if total > limits.max_unpacked_bytes:
            raise refusal("zip_bomb", name=self._name, reason=f"解压后 {printed_size(total)}")
        for info in infos:
            if info.flag_bits & 0x1:
                raise refusal("encrypted", name=self._name)
            ratio = info.file_size / max(1, info.compress_size)
            if info.file_size > _RATIO_FLOOR and ratio > limits.max_ratio:
                raise refusal(
                    "zip_bomb", name=self._name, reason=f"{info.filename} 压缩比 {ratio:.0f}∶1"
                )

    def part(self, path: str) -> bytes:
        """Return the bytes of one part."""
        try:
            return self._zip.read(path)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise not_a_document(
                self._name,
                f"部件 {path} 已损坏",
                f"part {path} is damaged",
                "请重新导出。",
                "Export it again.",
            ) from error

    def xml(self, path: str) -> Node:
        """Return the root of one XML part; a part with a DTD is refused, entities never expand."""
        data = self.part(path)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, recover=False
        )
        head = data[:4096].lower()
        if (
            b"<!doctype" in head
            or b"<!entity" in head
            or "<!DOCTYPE".encode("utf-16-le") in data[:4096]
        ):
            raise refusal("zip_bomb", name=self._name, reason=f"{path} 含实体声明")
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise not_a_document(
                self._name,
                f"部件 {path} 不是合法的 XML",
                f"part {path} is not well-formed XML",
                "请重新导出。",
                "Export it again.",
            ) from error
