"""Every lint code with its severity and its two sentences.

``block`` keeps a plan from being published, ``check`` asks a person to look, ``note`` informs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Severity and message templates of one code."""

    severity: Literal["block", "check", "note"]
    zh: str
    en: str


def _entry(severity: Literal["block", "check", "note"], zh: str, en: str) -> Entry:
    return Entry(severity=severity, zh=zh, en=en)


CATALOGUE: dict[str, Entry] = {
    "headline_parts": _entry(
        "check",
        "文中称“{quote}”（{stated}），但正文各级标题的数目是 {found}，对不上。请核对是漏了部分还是总述写错。",
        "The text says “{quote}” ({stated}), but the headings number {found}. Check whether a part is missing or the headline is wrong.",
    ),
    "headline_measures": _entry(
        "check",
        "文中称“{quote}”（{stated} 项），但正文各级条目的数目是 {found}，对不上。请核对是漏了条目还是总述写错。",
        "The text says “{quote}” ({stated} items), but the items number {found}. Check whether an item is missing or the headline is wrong.",
    ),
    "headline_sum": _entry(
        "check",
        "“{quote}”：分项之和是 {found}，不等于 {stated}。请核对分项和总数。",
        "“{quote}”: the parts add up to {found}, not {stated}. Check the parts and the total.",
    ),
    "headline_list": _entry(
        "check",
        "“{quote}”列出了 {found} 个，却称有 {stated} 个。请核对列举和数目。",
        "“{quote}” lists {found} but says {stated}. Check the list and the number.",
    ),
    "repeated_heading": _entry(
        "check",
        "标题“{quote}”出现了 {count} 次（{labels}）。请确认是否重复，重复的应合并。",
        "The heading “{quote}” appears {count} times ({labels}). If it is a repetition, merge them.",
    ),
    "repeated_body": _entry(
        "check",
        "{labels}的内容重复（相同 {percent}%）。请确认是否重复录入，只保留一处。",
        "The bodies of {labels} repeat each other ({percent}% the same). Keep one.",
    ),
    "repeated_text": _entry(
        "note",
        "正文在页面上印了两遍，第二遍（{characters} 字）未计入。请核对两遍是否一致。",
        "The page prints the body twice; the second copy ({characters} characters) was not counted. Check that both agree.",
    ),
    "repeated_target": _entry(
        "check",
        "目标“{quote}”在{labels}中重复出现，统计时会计算两次。请合并，或写清各自口径。",
        "The target “{quote}” appears in {labels} and would be counted twice. Merge them or state how they differ.",
    ),
    "conflicting_target": _entry(
        "check",
        "同一指标“{indicator}”在{labels}中的目标值不同（{values}）。请核对以哪个为准。",
        "The indicator “{indicator}” has different targets in {labels} ({values}). Settle which one holds.",
    ),
    "deadline_without_year": _entry(
        "block",
        "{label}的期限“{quote}”没有写年份{assumed}。请确认年份；系统不会默默猜测。",
        "The deadline “{quote}” of {label} states no year{assumed_en}. Confirm the year; none is guessed silently.",
    ),
    "deadline_before_publication": _entry(
        "check",
        "{label}的期限“{quote}”（{date}）早于印发日期 {published}。请核对年份或印发日期。",
        "The deadline “{quote}” ({date}) of {label} is earlier than publication on {published}. Check the year or the date of issue.",
    ),
    "deadline_impossible": _entry(
        "block",
        "{label}的日期“{quote}”不存在或不合理。请按原文更正。",
        "The date “{quote}” of {label} does not exist or makes no sense. Correct it from the original.",
    ),
    "target_without_unit": _entry(
        "check",
        "{label}的目标“{quote}”没有计量单位，无法核算。请补上单位。",
        "The target “{quote}” of {label} has no unit and cannot be computed. Add the unit.",
    ),
    "target_without_date": _entry(
        "note",
        "{label}有量化目标（{quote}），但没有期限，文件标题也没有年份，无法判断是否逾期。请补上完成时间。",
        "{label} has a quantified target ({quote}) but no deadline, and the title names no year, so lateness cannot be judged. Add a date.",
    ),
    "measure_without_owner": _entry(
        "block",
        "{label}没有责任单位。请指定牵头单位后再发布。",
        "{label} has no responsible unit. Name a lead before publishing.",
    ),
    "plan_without_owners": _entry(
        "block",
        "全文 {count} 项举措都没有责任单位（可能在另发的分工表里）。请导入分工表或逐项指定。",
        "None of the {count} measures names a responsible unit (they may be in a separate table). Import that table or name them one by one.",
    ),
    "owner_everyone": _entry(
        "check",
        "{label}的责任单位只有“{quote}”，等于没有人负责。请指定牵头单位。",
        "{label} is owned by “{quote}” only, which means by nobody. Name a lead.",
    ),
    "masked_number": _entry(
        "block",
        "“{quote}”是打码或留空的数字或名称。请补上实际内容后再发布。",
        "“{quote}” is a masked or blank number or name. Fill it in before publishing.",
    ),
    "draft_for_comment": _entry(
        "block",
        "文首写明“{quote}”，不是正式文件，不能作为正式方案发布。请换成印发稿。",
        "The head says “{quote}”: this is not the final document and cannot be published as one. Use the issued text.",
    ),
    "report_as_target": _entry(
        "check",
        "{label}的“{quote}”像是已经完成的数字（{sign}），不是要达到的目标。请确认，或改为“成效”。",
        "“{quote}” of {label} looks like a figure already reached ({sign}), not a target. Confirm, or mark it as an outcome.",
    ),
    "low_confidence": _entry(
        "check",
        "{label}有 {count} 处识别把握不大：{quote}。请对照原文核对。",
        "{count} fields of {label} were read with little confidence: {quote}. Compare with the text.",
    ),
    "no_measures": _entry(
        "block",
        "全文 {characters} 字，没有找到任何举措。它可能不是行动方案，或编号方式特殊。请核对文件。",
        "No measure was found in {characters} characters. This may not be an action plan, or it is numbered in an unusual way. Check the file.",
    ),
}
