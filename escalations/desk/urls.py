"""The addresses of the staff desk."""

from django.urls import path

from escalations.desk import (
    absences,
    accounts,
    board,
    cases,
    clocks,
    decisions,
    files,
    guide,
    home,
    inbox,
    letters,
    numbers,
    paths,
    queue,
    storms,
    verbs,
)

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("queue/", queue.queue, name="queue"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.new, name="account_new"),
    path("accounts/<slug:uid>/", accounts.account, name="account"),
    path("accounts/<slug:uid>/<slug:verb>/", accounts.act, name="account_act"),
    path("cases/new/", cases.new, name="new"),
    path("cases/<str:reference>/", cases.case, name="case"),
    path("cases/<str:reference>/<slug:verb>/", verbs.act, name="act"),
    path("cases/<str:reference>/clocks/<slug:clock>/", clocks.clock, name="clock"),
    path("decisions/<str:token>/", decisions.decision, name="decision"),
    path("files/<slug:uid>/<str:name>", files.file, name="file"),
    path("escalations/", board.board, name="escalations"),
    path("absence/", absences.absence, name="absence"),
    path("absence/<int:pk>/", absences.absence, name="absence_change"),
    path("absence/<int:pk>/end/", absences.ended, name="absence_end"),
    path("paths/", paths.overview, name="paths"),
    path("paths/<slug:uid>/", paths.check, name="path_check"),
    path("storms/<slug:uid>/", storms.storm, name="storm"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/seen/", inbox.all_seen, name="all_seen"),
    path("inbox/count/", inbox.count, name="inbox_count"),
    path("mail/", letters.mail, name="mail"),
    path("mail/<slug:path>/", letters.letter, name="letter"),
    path("numbers/", numbers.numbers, name="numbers"),
    path("styleguide/", guide.styleguide, name="styleguide"),
]
