"""Dated parameters of law and practice: which value was in force on a day, and where it is written.

Free of Django. The files lie in ``xiaoer/rules``; a city's adopted versions join as a further
``RuleSource`` and win on the days they cover.
"""

from xiaoer.platform.rules.book import RuleBook, rule_at, shipped_book
from xiaoer.platform.rules.calendar import calendar_table, shipped_calendar
from xiaoer.platform.rules.model import Rule, RuleGroup, RuleLookupError, RuleVersion, Value
from xiaoer.platform.rules.parse import RuleFileError, RuleProblem, parse_rules
from xiaoer.platform.rules.source import RuleSource, ShippedRules, TextRules

__all__ = [
    "Rule",
    "RuleBook",
    "RuleFileError",
    "RuleGroup",
    "RuleLookupError",
    "RuleProblem",
    "RuleSource",
    "RuleVersion",
    "ShippedRules",
    "TextRules",
    "Value",
    "calendar_table",
    "parse_rules",
    "rule_at",
    "shipped_book",
    "shipped_calendar",
]
