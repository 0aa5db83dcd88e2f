"""Every address begins here; each door keeps its own list."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config.views import favicon

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="landing"),
    path("accounts/", include("django.contrib.auth.urls")),
    path("admin/", admin.site.urls),
    path("favicon.ico", favicon, name="favicon"),
]
