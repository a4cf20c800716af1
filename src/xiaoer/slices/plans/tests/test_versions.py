"""An amended plan: identities, history, evidence and what people decided are kept."""

from __future__ import annotations

import pytest

from xiaoer.slices.plans.models import Assignment
from xiaoer.slices.plans.tests.builders import AMENDED, LATER, a_city, a_plan, measure_of, sign_all

pytestmark = pytest.mark.django_db


class TestVersionTwo:
    def test_smoke(self) -> None:
        city = a_city()
        one = a_plan(city)
        print([(m.title, m.lead_names, m.nearest_due, m.search_text) for m in one.measures.all()])
        sign_all(city, one)
        two = a_plan(city, *AMENDED, previous=one, now=LATER)
        print([(m.title, m.uid) for m in two.measures.all()])
        assert measure_of(one, "开办企业").uid == measure_of(two, "开办企业").uid
        print(list(Assignment.objects.filter(measure__plan=two).values_list("state", flat=True)))
