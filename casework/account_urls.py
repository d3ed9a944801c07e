"""Addresses of sign-in and of the administrators' pages (namespace accounts)."""

from django.urls import path

from casework.views import account_admin, accounts

app_name = "accounts"
urlpatterns = [
    path("login/", accounts.sign_in, name="login"),
    path("logout/", accounts.sign_out, name="logout"),
    path("second-factor/", accounts.second_factor, name="second-factor"),
    path("second-factor/setup/", accounts.second_factor_setup, name="second-factor-setup"),
    path("password/", accounts.password_change, name="password-change"),
    path("password/reset-seen/", accounts.reset_seen, name="reset-seen"),
    path("me/", accounts.account, name="account"),
    path("people/", account_admin.account_list, name="account-list"),
    path("people/open/", account_admin.account_open, name="account-open"),
    path("people/<int:pk>/", account_admin.account_detail, name="account-detail"),
    path("people/<int:pk>/memberships/give/", account_admin.membership_give, name="membership-give"),
    path("people/<int:pk>/memberships/<int:membership_pk>/end/", account_admin.membership_end, name="membership-end"),
    path("people/<int:pk>/<slug:what>/", account_admin.account_change, name="account-change"),
]
