"""Every error of the API as problem+json (RFC 9457), in Chinese, with the field at fault named."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from xiaoer.platform.errors import NotHere, Refused

logger = logging.getLogger("xiaoer.api")

_SENTENCES: Mapping[str, str | Promise] = {
    "missing": gettext_lazy("缺少这一项。"),
    "string_type": gettext_lazy("应为文字。"),
    "string_too_short": gettext_lazy("太短，至少 %(min_length)s 个字符。"),
    "string_too_long": gettext_lazy("太长，最多 %(max_length)s 个字符。"),
    "string_pattern_mismatch": gettext_lazy("格式不正确，应符合 %(pattern)s。"),
    "int_type": gettext_lazy("应为整数。"),
    "int_parsing": gettext_lazy("应为整数。"),
    "int_from_float": gettext_lazy("应为整数，不能带小数。"),
    "float_type": gettext_lazy("应为数字。"),
    "float_parsing": gettext_lazy("应为数字。"),
    "finite_number": gettext_lazy("应为有限的数字。"),
    "decimal_type": gettext_lazy("应为数字。"),
    "decimal_parsing": gettext_lazy("应为数字。"),
    "decimal_max_places": gettext_lazy("小数最多 %(decimal_places)s 位。"),
    "bool_type": gettext_lazy("应为 true 或 false。"),
    "bool_parsing": gettext_lazy("应为 true 或 false。"),
    "greater_than": gettext_lazy("应大于 %(gt)s。"),
    "greater_than_equal": gettext_lazy("不能小于 %(ge)s。"),
    "less_than": gettext_lazy("应小于 %(lt)s。"),
    "less_than_equal": gettext_lazy("不能大于 %(le)s。"),
    "date_type": gettext_lazy("应为日期，写作 2025-01-31。"),
    "date_parsing": gettext_lazy("不是存在的日期，应写作 2025-01-31。"),
    "date_from_datetime_parsing": gettext_lazy("不是存在的日期，应写作 2025-01-31。"),
    "date_from_datetime_inexact": gettext_lazy("应为日期，不带时刻。"),
    "datetime_type": gettext_lazy("应为时间，写作 2025-01-31T09:00:00+08:00。"),
    "datetime_parsing": gettext_lazy("不是存在的时间，应写作 2025-01-31T09:00:00+08:00。"),
    "datetime_from_date_parsing": gettext_lazy(
        "不是存在的时间，应写作 2025-01-31T09:00:00+08:00。"
    ),
    "enum": gettext_lazy("只能是 %(expected)s。"),
    "literal_error": gettext_lazy("只能是 %(expected)s。"),
    "list_type": gettext_lazy("应为数组。"),
    "too_long": gettext_lazy("太多，最多 %(max_length)s 项。"),
    "too_short": gettext_lazy("太少，至少 %(min_length)s 项。"),
    "dict_type": gettext_lazy("应为对象。"),
    "model_attributes_type": gettext_lazy("应为对象。"),
    "json_invalid": gettext_lazy("不是合法的 JSON。"),
    "extra_forbidden": gettext_lazy("没有这一项。"),
}


class FieldProblem(Schema):
    """What is wrong with one field."""

    field: str
    code: str
    message: str


class Problem(Schema):
    """An error: ``detail`` is a finished sentence, ``code`` stays stable for programs."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    errors: list[FieldProblem] = []
    data: dict[str, Any] = {}
    request_id: str


def problem(
    request: HttpRequest,
    *,
    status: int,
    code: str,
    detail: str,
    field: str | None = None,
    errors: list[dict[str, str]] | None = None,
    data: Mapping[str, Any] | None = None,
) -> JsonResponse:
    """Return the response that tells one problem."""
    body = {
        "type": f"urn:xiaoer:problem:{code}",
        "title": _title(status),
        "status": status,
        "detail": detail,
        "code": code,
        "field": field,
        "errors": errors or [],
        "data": dict(data or {}),
        "request_id": getattr(request, "request_id", ""),
    }
    return JsonResponse(
        body,
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False, "default": str},
    )


def refusal_problem(request: HttpRequest, refused: Refused) -> JsonResponse:
    """Return the response for an anticipated refusal."""
    errors = []
    if refused.field:
        errors = [{"field": refused.field, "code": refused.code, "message": refused.message}]
    return problem(
        request,
        status=refused.http_status,
        code=refused.code,
        detail=refused.message,
        field=refused.field,
        errors=errors,
        data=refused.data,
    )


def install(api: NinjaAPI) -> None:
    """Make ``api`` answer every error as problem+json."""
    api.add_exception_handler(Refused, refusal_problem)  # type: ignore[arg-type]
    api.add_exception_handler(ValidationError, _invalid)  # type: ignore[arg-type]
    api.add_exception_handler(AuthenticationError, _unknown_caller)  # type: ignore[arg-type]
    api.add_exception_handler(HttpError, _http_error)  # type: ignore[arg-type]
    api.add_exception_handler(Http404, _not_found)  # type: ignore[arg-type]
    api.add_exception_handler(Exception, _defect)  # type: ignore[arg-type]


def _title(status: int) -> str:
    titles = {
        400: _("请求不完整"),
        401: _("需要登录"),
        403: _("不能办理"),
        404: _("没有找到"),
        405: _("不支持的方法"),
        409: _("现在不能办理"),
        413: _("内容过大"),
        422: _("填写有误"),
        500: _("系统出错"),
    }
    return titles.get(status, _("请求未能办理"))


def _invalid(request: HttpRequest, error: ValidationError) -> JsonResponse:
    errors = [_field_problem(item) for item in error.errors]
    first = errors[0]
    count = len(errors)
    detail = _("“%(field)s”%(message)s") % {"field": first["field"], "message": first["message"]}
    if count > 1:
        detail = _("有 %(count)s 处填写有误，第一处：%(detail)s") % {
            "count": count,
            "detail": detail,
        }
    return problem(
        request, status=422, code="invalid", detail=detail, field=first["field"], errors=errors
    )


def _field_problem(item: Mapping[str, Any]) -> dict[str, str]:
    place = [str(part) for part in item["loc"]]
    # the first part is where it was sent (body, query, path), the second the handler's argument
    field = place[1:] if place[0] in {"query", "path", "header", "cookie"} else place[2:]
    known = _SENTENCES.get(item["type"])
    message = _("填写不正确。") if known is None else str(known) % dict(item.get("ctx") or {})
    return {
        "field": ".".join(field) or place[-1],
        "code": str(item["type"]),
        "message": message,
    }


def _unknown_caller(request: HttpRequest, error: AuthenticationError) -> JsonResponse:
    response = problem(
        request,
        status=401,
        code="not_logged_in",
        detail=_(
            "没有登录，或令牌无效、已过期、已停用。请登录，或用有效令牌（Authorization: Bearer …）。"
        ),
    )
    response["WWW-Authenticate"] = "Bearer"
    return response


def _http_error(request: HttpRequest, error: HttpError) -> JsonResponse:
    detail = (
        _("请求的内容无法解析，请检查是否为合法的 JSON。")
        if error.status_code == 400
        else str(error)
    )
    return problem(request, status=error.status_code, code="http_error", detail=detail)


def _not_found(request: HttpRequest, error: Http404) -> JsonResponse:
    return refusal_problem(request, NotHere())


def _defect(request: HttpRequest, error: Exception) -> JsonResponse:
    request_id = getattr(request, "request_id", "")
    logger.error("unanticipated error in the API, request %s", request_id, exc_info=error)
    return problem(
        request,
        status=500,
        code="defect",
        detail=_("系统出错，已记录。什么都没有改动；请稍后再试，或把编号 %(id)s 告诉系统管理员。")
        % {"id": request_id},
    )
