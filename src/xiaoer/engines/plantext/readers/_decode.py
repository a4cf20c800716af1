"""Find the encoding of plain bytes: marks first, then strict decoding, then plausibility.

GB18030 decodes almost any byte pair to some character, so a strict decode proves little; what
comes out must also look like Chinese (characters of the common set GB 2312 level 1).
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from ._extract import ReadWarning
from ._refusals import refusal, warning

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What UTF-8 turns into when it is read as Latin-1 or GBK and saved again.
_MOJIBAKE = re.compile(r"锟斤拷|烫烫烫|屯屯屯|[ÃÂ][\x80-\xbf]|ï¼[\x80-\x9f]|[äåæçèé][\x80-\xbf]{2}")
_SAMPLE = 60_000
_PLAUSIBLE = 0.6
_MAX_BROKEN = 0.002


def decode(data: bytes, *, name: str) -> tuple[str, str, tuple[ReadWarning, ...]]:
    """Return (text, encoding, warnings) of ``data``; raise ``wrong_encoding`` if nothing fits.

    A byte-order mark is not part of the text. Line ends are kept as they are, because offsets
    count the characters of the document itself.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data[len(bom) :], encoding, name)
    guess = _utf16_without_mark(data)
    if guess:
        return _strict(data, guess, name)
    try:
        return _checked(data.decode("utf-8"), "utf-8", name, ())
    except UnicodeDecodeError as error:
        broken_at = error
    best = _best_legacy(data)
    if best:
        text, encoding = best
        return _checked(text, encoding, name, (warning("guessed_encoding", encoding=encoding),))
    return _mended(data, name, broken_at)


def _strict(data: bytes, encoding: str, name: str) -> tuple[str, str, tuple[ReadWarning, ...]]:
    try:
        return _checked(data.decode(encoding), encoding, name, ())
    except UnicodeDecodeError as error:
        raise refusal(
            "wrong_encoding", name=name, reason=f"{encoding}，第 {error.start} 字节"
        ) from error


def _checked(
    text: str, encoding: str, name: str, warnings: tuple[ReadWarning, ...]
) -> tuple[str, str, tuple[ReadWarning, ...]]:
    sample = text[:_SAMPLE]
    hits = len(_MOJIBAKE.findall(sample))
    if hits >= 3 and hits * 50 > len(sample.strip()) // 10:
        raise refusal("wrong_encoding", name=name, reason=f"出现 {hits} 处乱码")
    lost = text.count("\ufffd")
    if lost:
        if lost > max(3, len(text) * _MAX_BROKEN):
            raise refusal("wrong_encoding", name=name, reason=f"{lost} 个字符已损坏")
        line = text.count("\n", 0, text.index("\ufffd")) + 1
        warnings = (*warnings, warning("replaced_characters", count=lost, line=line))
    return text, encoding, warnings


def _mended(
    data: bytes, name: str, error: UnicodeDecodeError
) -> tuple[str, str, tuple[ReadWarning, ...]]:
    """Accept UTF-8 with a few broken bytes (a file cut in two), refuse anything worse."""
    text = data.decode("utf-8", errors="replace")
    good = sum(1 for char in text[:_SAMPLE] if "\u4e00" <= char <= "\u9fff")
    if not good:
        raise refusal("wrong_encoding", name=name, reason=f"第 {error.start} 字节起") from error
    return _checked(text, "utf-8", name, ())


def _utf16_without_mark(data: bytes) -> str | None:
    sample = data[:4096]
    if len(sample) < 8:
        return None
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        ascii_or_cjk = sum(1 for byte in high if byte == 0 or 0x4E <= byte <= 0x9F or byte == 0x30)
        zeros = high.count(0) + high.count(0x30)
        if zeros and ascii_or_cjk >= len(high) * 0.9 and sample.count(0):
            return encoding
    return None


def _best_legacy(data: bytes) -> tuple[str, str] | None:
    ranked: list[tuple[float, str, str]] = []
    for encoding in ("gb18030", "big5hkscs"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        ranked.append((_plausibility(text, encoding), text, encoding))
    ranked.sort(key=lambda item: -item[0])
    if ranked and ranked[0][0] >= _PLAUSIBLE:
        return ranked[0][1], ranked[0][2]
    return None


def _plausibility(text: str, encoding: str) -> float:
    """Return the share of non-ASCII characters that a Chinese document is made of."""
    wide = [char for char in text[:_SAMPLE] if ord(char) > 127]
    if not wide:
        return 0.0
    common = _is_common_simplified if encoding == "gb18030" else _is_common_traditional
    return sum(1 for char in wide if common(char)) / len(wide)


@lru_cache(maxsize=16_384)
def _is_common_simplified(char: str) -> bool:
    if char in _PUNCTUATION:
        return True
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return 0xB0 <= code[0] <= 0xD7


@lru_cache(maxsize=16_384)
def _is_common_traditional(char: str) -> bool:
    if char in _PUNCTUATION:
        return True
    try:
        code = char.encode("big5")
    except UnicodeEncodeError:
        return False
    return 0xA4 <= code[0] <= 0xC6


_PUNCTUATION = frozenset("，。；：、（）“”‘’《》〈〉【】〔〕—…！？％·　１２３４５６７８９０●■□△★→")
