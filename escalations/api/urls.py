"""The addresses of the API, below /api/v1/."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView

from escalations.api.acts import ACTS, view_of
from escalations.api.articles import Articles, OneArticle
from escalations.api.attachments import OneAttachment
from escalations.api.cases import Cases, Messages, Notes, OneCase
from escalations.api.climbs import Escalations
from escalations.api.clocks import Clocks, OneClock
from escalations.api.door import NotHere
from escalations.api.index import Index, Me
from escalations.api.numbers import Numbers
from escalations.api.writing import CannedReplies, Macros, OneMacro

app_name = "api"
urlpatterns = [
    path("", Index.as_view(), name="index"),
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("me/", Me.as_view(), name="me"),
    path("cases/", Cases.as_view(), name="cases"),
    path("cases/<str:reference>/", OneCase.as_view(), name="case"),
    path("cases/<str:reference>/messages/", Messages.as_view(), name="messages"),
    path("cases/<str:reference>/notes/", Notes.as_view(), name="notes"),
    path("cases/<str:reference>/clocks/", Clocks.as_view(), name="clocks"),
    path("cases/<str:reference>/clocks/<slug:clock>/", OneClock.as_view(), name="clock"),
    path("cases/<str:reference>/canned/", CannedReplies.as_view(), name="canned"),
    path("cases/<str:reference>/macros/", Macros.as_view(), name="macros"),
    path("cases/<str:reference>/macros/<slug:uid>/", OneMacro.as_view(), name="macro"),
    *(path(f"cases/<str:reference>/{act.verb.value}/", view_of(act).as_view(), name=act.verb.value) for act in ACTS),
    path("attachments/<slug:uid>/", OneAttachment.as_view(), name="attachment"),
    path("escalations/", Escalations.as_view(), name="escalations"),
    path("articles/", Articles.as_view(), name="articles"),
    path("articles/<slug:slug>/", OneArticle.as_view(), name="article"),
    path("numbers/", Numbers.as_view(), name="numbers"),
    re_path(r"^.*$", NotHere.as_view(schema=None)),
]
