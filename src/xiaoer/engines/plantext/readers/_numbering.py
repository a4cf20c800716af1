"""Render the automatic numbers of Word lists, which are not in the text of a paragraph."""

from __future__ import annotations

from dataclasses import dataclass, field

from ._container import Node

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of a list: number format, template such as ``（%1）``, first number."""

    number_format: str = "decimal"
    template: str = "%1."
    start: int = 1
    legal: bool = False


@dataclass(slots=True, kw_only=True)
class Numbering:
    """The lists of one document and how far each has counted."""

    abstract_of: dict[str, str] = field(default_factory=dict)
    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)
    counters: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def next_label(self, *, num_id: str, level: int) -> str:
        """Count one paragraph of list ``num_id`` at ``level`` and return its printed number."""
        abstract = self.abstract_of.get(num_id)
        levels = self.levels.get(abstract or "")
        if abstract is None or not levels or level not in levels:
            return ""
        counters = self.counters.setdefault(abstract, {})
        restart = self.restarts.get(num_id, {}).get(level)
        if restart is not None and (num_id, level) not in self.begun:
            counters[level] = restart
        else:
            counters[level] = counters.get(level, levels[level].start - 1) + 1
        self.begun.add((num_id, level))
        for deeper in [key for key in counters if key > level]:
            del counters[deeper]
        return _label(levels, level, counters)


def _label(levels: dict[int, Level], level: int, counters: dict[int, int]) -> str:
    here = levels[level]
    if here.number_format in ("bullet", "none"):
        return "" if here.number_format == "bullet" else here.template.replace("%1", "")
    label = here.template
    for index in range(level + 1):
        shape = levels.get(index, Level())
        number = counters.get(index, shape.start)
        style = "decimal" if here.legal else shape.number_format
        label = label.replace(f"%{index + 1}", number_text(number, number_format=style))
    return label


def read_numbering(root: Node | None) -> Numbering:
    """Return the lists that ``word/numbering.xml`` defines."""
    numbering = Numbering()
    if root is None:
        return numbering
    for abstract in root.iter(W + "abstractNum"):
        levels = {int(node.get(W + "ilvl", "0")): _level(node) for node in abstract.iter(W + "lvl")}
        numbering.levels[abstract.get(W + "abstractNumId", "")] = levels
    for num in root.iter(W + "num"):
        num_id = num.get(W + "numId", "")
        link = num.find(W + "abstractNumId")
        if link is not None:
            numbering.abstract_of[num_id] = link.get(W + "val", "")
        for override in num.iter(W + "lvlOverride"):
            level = int(override.get(W + "ilvl", "0"))
            start = override.find(W + "startOverride")
            if start is not None:
                numbering.restarts.setdefault(num_id, {})[level] = int(start.get(W + "val", "1"))
    return numbering


def _level(node: Node) -> Level:
    def value(tag: str, default: str) -> str:
        found = node.find(W + tag)
        return default if found is None else found.get(W + "val", default)

    start = value("start", "1")
    return Level(
        number_format=value("numFmt", "decimal"),
        template=value("lvlText", ""),
        start=int(start) if start.lstrip("-").isdigit() else 1,
        legal=node.find(W + "isLgl") is not None,
    )


def number_text(number: int, *, number_format: str) -> str:
    """Return ``number`` as Word prints it in ``number_format``.

    Examples
    --------
    >>> number_text(12, number_format="chineseCounting")
    '十二'
    >>> number_text(3, number_format="decimalEnclosedCircle")
    '③'
    """
    if number_format in (
        "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
        "taiwaneseCountingThousand",
    ):  # fmt: skip
        return chinese_number(number)
    if number_format == "chineseLegalSimplified":
        return chinese_number(number, digits=_FORMAL, units=("", "拾", "佰", "仟"))
    if number_format in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"):
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    if number_format.startswith("decimalEnclosed") and 1 <= number <= 20:
        base = {"Circle": 0x2460, "Paren": 0x2474, "Fullstop": 0x2488}
        suffix = number_format.removeprefix("decimalEnclosed").removesuffix("Chinese")
        return chr(base.get(suffix, 0x2460) + number - 1)
    if number_format == "ideographTraditional":
        return _STEMS[(number - 1) % 10]
    if number_format in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if number_format == "upperLetter" else letter
    if number_format in ("lowerRoman", "upperRoman") and 0 < number < 40:
        roman = _roman(number)
        return roman.upper() if number_format == "upperRoman" else roman
    if number_format == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    if number_format == "decimalZero":
        return f"{number:02d}"
    return str(number)


def chinese_number(
    number: int, *, digits: str = _DIGITS, units: tuple[str, ...] = ("", "十", "百", "千")
) -> str:
    """Return a number below ten thousand in Chinese numerals; larger ones in digits."""
    if not 0 < number < 10_000:
        return str(number)
    text = ""
    printed = str(number)
    for index, digit in enumerate(printed):
        unit = units[len(printed) - index - 1]
        if digit != "0":
            text += digits[int(digit)] + unit
        elif text and not text.endswith(("零", "〇")) and int(printed[index:]):
            text += "零"
    return text[1:] if text.startswith("一十") else text


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        while number >= value:
            text += letters
            number -= value
    return text
