"""The addresses of the portal."""

from django.urls import path

from escalations.portal import asking, cases, clocks, files, raising

app_name = "portal"
urlpatterns = [
    path("", cases.cases, name="cases"),
    path("cases/new/", raising.new, name="new"),
    path("cases/new/suggestions/", raising.suggestions, name="suggestions"),
    path("cases/<str:reference>/", cases.case, name="case"),
    path("files/<slug:uid>/<str:name>", files.file, name="file"),
    path("cases/<str:reference>/received/", cases.received, name="received"),
    path("cases/<str:reference>/ask/", asking.ask, name="ask"),
    path("cases/<str:reference>/clocks/", clocks.clocks, name="clocks"),
    path("cases/<str:reference>/clocks/<slug:clock>/", clocks.clock, name="clock"),
    path("cases/<str:reference>/<str:verb>/", cases.act, name="act"),
]
