"""The one API: the kernel's errors and log-in, and the router of every installed slice."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from ninja import NinjaAPI, Router
from ninja.renderers import JSONRenderer

from xiaoer.platform.access.rules import Action, register
from xiaoer.platform.access.views import page
from xiaoer.platform.api import problems
from xiaoer.platform.api.auth import SessionAuth, TokenAuth

SLICES = "xiaoer.slices."

register(Action(code="api.docs.view", label="查看接口文档", roles=frozenset(), public=True))


class ReadableJSON(JSONRenderer):
    """JSON that keeps Chinese readable."""

    json_dumps_params = {"ensure_ascii": False}


def routers() -> dict[str, Router]:
    """Return the router of each installed slice that has one, by the slice's name."""
    found = {}
    for config in apps.get_app_configs():
        if config.name.startswith(SLICES) and find_spec(f"{config.name}.api"):
            found[config.label] = import_module(f"{config.name}.api").router
    return found


def build() -> NinjaAPI:
    """Return the API with every slice's router mounted under the slice's name."""
    made = NinjaAPI(
        title="Xiaoer 小二",
        version="1",
        urls_namespace="api",
        description="城市营商环境工作系统的接口：与页面走同一套服务与权限。错误一律为 problem+json。",
        auth=[TokenAuth(), SessionAuth()],
        renderer=ReadableJSON(),
        docs_decorator=page(action="api.docs.view"),
    )
    problems.install(made)
    for name, router in routers().items():
        made.add_router(f"/{name}/", router, tags=[name])
    return made


api = build()
