"""Addresses of account administration and of one's own tokens."""

from django.urls import path

from xiaoer.platform.accounts import views, views_tokens

app_name = "accounts_admin"
urlpatterns = [
    path("accounts-admin/", views.account_list, name="list"),
    path("accounts-admin/new/", views.account_new, name="new"),
    path("accounts-admin/<int:user_id>/", views.account_page, name="account"),
    path("accounts-admin/<int:user_id>/disable/", views.account_disable, name="disable"),
    path("accounts-admin/<int:user_id>/enable/", views.account_enable, name="enable"),
    path("accounts-admin/<int:user_id>/unlock/", views.account_unlock, name="unlock"),
    path("accounts-admin/<int:user_id>/reset-password/", views.password_reset, name="reset"),
    path("accounts-admin/<int:user_id>/grant/", views.role_grant, name="grant"),
    path("accounts-admin/grants/<int:grant_id>/revoke/", views.role_revoke, name="revoke"),
    path("tokens/", views_tokens.token_list, name="tokens"),
    path("tokens/<int:token_id>/revoke/", views_tokens.token_revoke, name="token_revoke"),
]
