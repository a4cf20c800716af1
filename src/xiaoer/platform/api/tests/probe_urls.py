"""A small API with every kind of answer, mounted where the real one is."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest
from django.urls import include, path
from ninja import NinjaAPI, Query, Router, Schema
from pydantic import Field

from xiaoer.platform.api import problems
from xiaoer.platform.api.auth import actor_of, needs
from xiaoer.platform.api.paging import Listed, Paging, listed
from xiaoer.platform.api.site import ReadableJSON
from xiaoer.platform.errors import Invalid, NotHere, Stale

READ, OPEN = "accounts.account.list", "api.docs.view"

router = Router()


class ThingIn(Schema):
    """What a client sends."""

    name: str = Field(min_length=1, max_length=5)
    due_date: date
    n: int = Field(ge=0)


class Who(Schema):
    """Who the API thinks is asking."""

    name: str
    channel: str


@router.get("/who", auth=needs(READ), response=Who)
def who(request: HttpRequest) -> dict[str, str]:
    actor = actor_of(request)
    return {"name": actor.name, "channel": actor.channel}


@router.get("/open", auth=needs(OPEN), response=Who)
def open_to_all(request: HttpRequest) -> dict[str, str]:
    actor = actor_of(request)
    return {"name": actor.name, "channel": actor.channel}


@router.post("/things", auth=needs(READ), response=Who)
def thing_create(request: HttpRequest, thing: ThingIn) -> dict[str, str]:
    return {"name": thing.name, "channel": actor_of(request).channel}


@router.get("/things", auth=needs(READ), response=Listed[int])
def thing_list(request: HttpRequest, paging: Query[Paging]) -> dict[str, object]:
    return listed(range(120), paging=paging)


@router.get("/fail/{kind}", auth=needs(READ))
def fail(request: HttpRequest, kind: str) -> None:
    raise {
        "stale": Stale(),
        "absent": NotHere(),
        "invalid": Invalid("指标单位应为“%”。", field="unit", data={"expected": "%"}),
        "http404": Http404(),
        "defect": RuntimeError("secret detail"),
    }[kind]


probe = NinjaAPI(urls_namespace="probe", renderer=ReadableJSON())
problems.install(probe)
probe.add_router("/probe/", router)

urlpatterns = [path("api/", probe.urls), path("", include("xiaoer.config.urls"))]
