"""``xiaoer indicators``: compute lights from the command line."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any

import click


def _setup() -> None:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoer.config.settings.base")
    django.setup()


@click.group()
def indicators() -> None:
    """指标：计算状态灯、应达值与预计落点。"""
    _setup()


@indicators.command()
@click.option("--plan", "plan_id", type=int, default=None, help="只算一个方案（编号）。")
@click.option(
    "--at",
    "on",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    default=None,
    help="按过去某天当时已核实的数据重算，只读，不写入。",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def refresh(plan_id: int | None, on: Any, as_json: bool) -> None:  # Any: click's datetime
    """逐项计算全部在账举措；可重复执行。"""
    from xiaoer.platform import clock
    from xiaoer.platform.access.actors import SYSTEM
    from xiaoer.slices.indicators import public

    actor = SYSTEM.via("cli")
    if on is not None:
        _tell(_replay(on.date(), plan_id=plan_id), as_json=as_json)
        return
    done = public.refresh(actor=actor, now=clock.now(), plan_id=plan_id)
    _tell(
        {
            "as_of": done.as_of.isoformat(),
            "measures": done.measures,
            "targets": done.targets,
            "values": done.values,
            "changed": done.changed,
            "rule_version": done.rule_version,
        },
        as_json=as_json,
    )


def _replay(on: date, *, plan_id: int | None) -> dict[str, Any]:  # Any: JSON values
    from xiaoer.platform.access.actors import SYSTEM
    from xiaoer.slices.indicators import public

    judged = [j for _, j in public.standing_at(actor=SYSTEM, on=on, plan_id=plan_id)]
    return {
        "as_of": on.isoformat(),
        "measures": len(judged),
        "lights": dict(Counter(j.light for j in judged)),
        "will_miss": sum(j.will_miss for j in judged),
        "rule_version": judged[0].rule_version if judged else "",
    }


def _tell(values: dict[str, Any], *, as_json: bool) -> None:  # Any: JSON values
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False))
        return
    labels = {
        "as_of": "截至",
        "measures": "举措",
        "targets": "目标",
        "values": "读取数值",
        "changed": "状态变化",
        "rule_version": "规则",
        "lights": "状态",
        "will_miss": "不能如期完成",
    }
    for key, value in values.items():
        click.echo(f"{labels.get(key, key)}\t{value}")
