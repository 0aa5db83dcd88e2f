"""Every address begins here; each door keeps its own list."""

from allauth.account.views import logout
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config.signin.views import admin_login
from config.views import favicon
from escalations.api.health import healthz
from escalations.api.metrics import metrics
from escalations.desk import seeing, tokens
from escalations.desk.landing import landing

urlpatterns = [
    path("", landing, name="landing"),
    path("accounts/tokens/", tokens.tokens_page, name="tokens"),
    path("accounts/tokens/<int:pk>/revoke/", tokens.revoked, name="token_revoke"),
    path("accounts/seeing/end/", seeing.ended, name="seeing_end"),
    path("accounts/", include("config.signin.urls")),
    # One sign-in for all doors: what the admin brings of its own leads there.
    path("admin/login/", admin_login),
    path("admin/logout/", logout),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("escalations.api.urls")),
    path("desk/", include("escalations.desk.urls")),
    path("help/", include("knowledgebase.urls")),
    path("portal/", include("escalations.portal.urls")),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("favicon.ico", favicon, name="favicon"),
]
