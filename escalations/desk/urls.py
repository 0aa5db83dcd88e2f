"""The addresses of the staff desk."""

from django.urls import path

from escalations.desk import board, cases, clocks, guide, home, inbox, letters, numbers, queue, verbs

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("queue/", queue.queue, name="queue"),
    path("cases/new/", cases.new, name="new"),
    path("cases/<str:reference>/", cases.case, name="case"),
    path("cases/<str:reference>/<slug:verb>/", verbs.act, name="act"),
    path("cases/<str:reference>/clocks/<slug:clock>/", clocks.clock, name="clock"),
    path("escalations/", board.board, name="escalations"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/seen/", inbox.all_seen, name="all_seen"),
    path("inbox/count/", inbox.count, name="inbox_count"),
    path("mail/", letters.mail, name="mail"),
    path("mail/<slug:path>/", letters.letter, name="letter"),
    path("numbers/", numbers.numbers, name="numbers"),
    path("styleguide/", guide.styleguide, name="styleguide"),
]
