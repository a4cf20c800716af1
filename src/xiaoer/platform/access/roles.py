"""The roles of the programme. Which actions a role may do is said where the action is declared."""

from __future__ import annotations

from xiaoer.platform.access.rules import register_role

OFFICE = "office"
OFFICE_LEADER = "office_leader"
HANDLER = "handler"
UNIT_LEADER = "unit_leader"
CITY_LEADER = "city_leader"
EVALUATOR = "evaluator"
SYSTEM_OFFICER = "system_officer"
SECURITY_OFFICER = "security_officer"
AUDIT_OFFICER = "audit_officer"

register_role(OFFICE, "营商办经办人")
register_role(OFFICE_LEADER, "营商办负责人")
register_role(HANDLER, "责任单位经办人")
register_role(UNIT_LEADER, "责任单位负责人")
register_role(CITY_LEADER, "市领导")
register_role(EVALUATOR, "评估人员")
register_role(SYSTEM_OFFICER, "系统管理员")
register_role(SECURITY_OFFICER, "安全管理员")
register_role(AUDIT_OFFICER, "审计管理员")

OFFICE_ROLES = frozenset({OFFICE, OFFICE_LEADER})
UNIT_ROLES = frozenset({HANDLER, UNIT_LEADER})
STAFF_ROLES = OFFICE_ROLES | UNIT_ROLES | {CITY_LEADER, EVALUATOR}
OFFICERS = frozenset({SYSTEM_OFFICER, SECURITY_OFFICER, AUDIT_OFFICER})
