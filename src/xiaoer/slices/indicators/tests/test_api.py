"""The same through the API."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xiaoer.platform import clock
from xiaoer.platform.accounts.models import User
from xiaoer.slices.indicators.tests.builders import (
    a_city,
    a_measure,
    a_period,
    a_target,
    moment,
    refreshed,
)

pytestmark = pytest.mark.django_db
NOW = moment(2026, 6, 8)


@pytest.fixture(autouse=True)
def on_the_eighth_of_june():
    """Hold the city's clock."""
    with clock.at(NOW):
        yield


def client_of(actor) -> Client:
    """Return a caller with the actor's session."""
    client = Client()
    client.force_login(User.objects.get(pk=actor.id))
    return client


class TestReporting:
    def test_goes_from_evidence_to_a_counting_value(self):
        city = a_city()
        target = a_target(a_measure(city))
        period = a_period()
        refreshed(NOW)
        unit = client_of(city.handler)
        mine = unit.get("/api/indicators/my-targets", {"period": period.pk}).json()
        assert [line["target_uid"] for line in mine] == [target.uid]
        file = unit.post(
            "/api/indicators/evidence",
            {"file": SimpleUploadedFile("表.txt", "统计表".encode())},
        ).json()
        made = unit.post(
            "/api/indicators/reports",
            {
                "target_uid": target.uid,
                "period": period.pk,
                "value": "50",
                "evidence": file["id"],
            },
            content_type="application/json",
        )
        assert made.status_code == 201
        report = made.json()["id"]
        office = client_of(city.checker)
        assert office.post(f"/api/indicators/reports/{report}/verify").json()["state"] == "VERIFIED"
        values = office.get(f"/api/indicators/targets/{target.uid}/values").json()
        assert [float(v["value"]) for v in values] == [50.0]
        past = office.get(
            f"/api/indicators/targets/{target.uid}/values", {"at": "2026-06-01T00:00:00+08:00"}
        ).json()
        assert past == []

    def test_tells_a_refusal_as_problem_json_with_its_field(self):
        city = a_city()
        target = a_target(a_measure(city))
        answer = client_of(city.handler).post(
            "/api/indicators/reports",
            {"target_uid": target.uid, "period": a_period().pk, "value": "-3", "evidence": 1},
            content_type="application/json",
        )
        assert answer.status_code == 422
        assert answer.json()["field"] == "evidence"

    def test_does_not_exist_for_a_unit_that_would_verify(self):
        city = a_city()
        assert client_of(city.handler).post("/api/indicators/reports/1/verify").status_code == 404


class TestStandings:
    def test_list_and_sum_up(self):
        city = a_city()
        a_target(a_measure(city))
        refreshed(NOW)
        client = client_of(city.clerk)
        assert client.get("/api/indicators/standings").json()["count"] == 1
        told = client.get("/api/indicators/summary").json()
        assert told["measures"] == 1
        assert sum(told["lights"].values()) == 1
