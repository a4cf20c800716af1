"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from xiaoer.slices.plans.views import bulk, ledger, plans, review

app_name = "plans"
urlpatterns = [
    path("plans/", plans.plan_list, name="plan_list"),
    path("plans/upload/", plans.upload, name="upload"),
    path("plans/<int:plan_id>/", plans.plan, name="plan"),
    path("plans/<int:plan_id>/amend/", plans.amend, name="amend"),
    path("plans/<int:plan_id>/document/", plans.document, name="document"),
    path("plans/<int:plan_id>/step/", plans.step, name="step"),
    path("plans/<int:plan_id>/notes/", bulk.notes, name="notes"),
    path("plans/<int:plan_id>/orphans/", bulk.orphans, name="orphans"),
    path("plans/<int:plan_id>/measures/add/", bulk.add, name="add"),
    path("plans/corrections/<int:correction_id>/undo/", bulk.undo, name="undo"),
    path("plans/measures/<int:measure_id>/match/", bulk.match_measure, name="match"),
    path("plans/<int:plan_id>/sign/", plans.sign_all, name="sign_all"),
    path("plans/countersigns/<int:countersign_id>/", plans.countersign, name="countersign"),
    path("plans/countersigns/<int:countersign_id>/reply/", plans.reply, name="reply"),
    path("plans/<int:plan_id>/review/", review.review, name="review"),
    path("plans/doubts/<int:doubt_id>/", review.decide, name="doubt"),
    path("plans/owners/<int:owner_id>/", review.owner, name="owner"),
    path("plans/measures/<int:measure_id>/edit/", review.edit, name="edit"),
    path("plans/measures/<int:measure_id>/change/<slug:what>/", review.change, name="change"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/<slug:uid>/", ledger.measure, name="measure"),
    path("ledger/assignments/<int:assignment_id>/sign/", ledger.sign, name="sign"),
    path("ledger/deadlines/<int:deadline_id>/change/", ledger.ask_change, name="ask_change"),
    path("ledger/targets/<int:target_id>/shape/", ledger.shape, name="shape"),
    path(
        "ledger/deadline-changes/<int:change_id>/", ledger.deadline_change, name="deadline_change"
    ),
]
