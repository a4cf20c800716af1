"""Work on a plan under review beyond one doubt: many at once, a passage passed over, undoing, matching."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.errors import Refused
from xiaoer.platform.ui.pages import Crumb, Page
from xiaoer.platform.words import retold
from xiaoer.slices.plans import forms
from xiaoer.slices.plans.queries import review as queries
from xiaoer.slices.plans.services import correct, match, owners, review, spans
from xiaoer.slices.plans.views.inputs import version_of


@require_POST
@page(action="plans.plan.review")
def notes(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Accept all remaining notes."""
    n = review.notes_accept(
        actor=actor_of_request(request), plan_id=plan_id, now=moment_of_request(request)
    )
    messages.success(request, _("已接受 %(n)s 处提示，逐处都可以撤销。") % {"n": n})
    return redirect("plans:review", plan_id=plan_id)


@require_POST
@page(action="plans.plan.review")
def orphans(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Give everything that nobody answers for to one unit."""
    form = forms.OwnerForm(request.POST)
    if form.is_valid():
        n = owners.orphans_assign(
            actor=actor_of_request(request), plan_id=plan_id, now=moment_of_request(request),
            organisation_id=form.cleaned_data["organisation"],
        )  # fmt: skip
        messages.success(request, _("已为 %(n)s 项举措指定牵头单位，可一次撤销。") % {"n": n})
    else:
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
    return redirect("plans:review", plan_id=plan_id)


@page(action="plans.plan.review")
def add(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Make a measure of a passage that the compiler passed over."""
    actor = actor_of_request(request)
    plan = queries.plan_get(actor=actor, plan_id=plan_id)
    form = forms.SpanForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            row = spans.measure_add(
                actor=actor, plan_id=plan_id, now=moment_of_request(request), **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            status = refusal.http_status
        else:
            messages.success(request, _("已补录，请核对读出的单位、期限和目标。"))
            return redirect("plans:edit", measure_id=row.pk)
    context = {
        "page": Page(
            title=_("补录举措"),
            crumbs=(
                Crumb(label=pgettext("nav", "方案"), url=reverse("plans:plan_list")),
                Crumb(label=_("校核"), url=reverse("plans:review", args=[plan_id])),
            ),
        ),
        "form": form,
        "plan": plan,
        "pieces": queries.document_pieces(plan=plan),
    }
    return render(request, "plans/add.html", context, status=422 if form.errors else status)


@require_POST
@page(action="plans.correction.undo")
def undo(request: HttpRequest, correction_id: int) -> HttpResponse:
    """Give back what a correction replaced."""
    row = correct.correction_undo(
        actor=actor_of_request(request), correction_id=correction_id, now=moment_of_request(request)
    )
    messages.success(request, _("已撤销：%(what)s") % {"what": retold(row.what)})
    return redirect("plans:review", plan_id=row.plan_id)


@require_POST
@page(action="plans.measure.review")
def match_measure(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Say which measure of the version before this one continues."""
    row = match.match_set(
        actor=actor_of_request(request), measure_id=measure_id, version=version_of(request),
        old_uid=request.POST.get("old_uid", ""), now=moment_of_request(request),
    )  # fmt: skip
    messages.success(request, _("对应关系已更正。"))
    return redirect(f"{reverse('plans:plan', args=[row.plan_id])}#match")
