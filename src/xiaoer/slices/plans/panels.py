"""What the slice adds to the house: its places in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xiaoer.platform.ui import registry


def declare() -> None:
    """Register the navigation entries."""
    registry.register_nav(
        registry.NavEntry(
            label=_("台账"), url_name="plans:ledger", order=20, action="plans.measure.list"
        )
    )
    registry.register_nav(
        registry.NavEntry(
            label=pgettext_lazy("nav", "方案"),
            url_name="plans:plan_list",
            order=25,
            action="plans.plan.list",
        )
    )
