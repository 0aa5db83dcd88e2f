"""Every address begins here; each door keeps its own list."""

from django.contrib import admin
from django.urls import include, path

from config.views import favicon
from escalations.api.health import healthz
from escalations.api.metrics import metrics
from escalations.desk.landing import landing

urlpatterns = [
    path("", landing, name="landing"),
    path("accounts/", include("django.contrib.auth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("escalations.api.urls")),
    path("desk/", include("escalations.desk.urls")),
    path("help/", include("knowledgebase.urls")),
    path("portal/", include("escalations.portal.urls")),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("favicon.ico", favicon, name="favicon"),
]
