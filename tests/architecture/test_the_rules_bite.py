"""Each rule finds the offence it is there for, and leaves the rightful neighbour alone."""

from collections.abc import Callable, Iterator

import pytest

from tests.architecture import rules, words
from tests.architecture.sources import Source

Rule = Callable[[Source], Iterator[str]]

LONG = "def long() -> None:\n" + "    x = 1\n" * 50

OFFENCES: list[tuple[Rule, str, str]] = [
    (rules.long_file, "escalations/x.py", "x = 1\n" * 401),
    (rules.long_file, "tests/x.py", "x = 1\n" * 601),
    (rules.long_function, "escalations/x.py", LONG),
    (rules.hidden_import, "escalations/x.py", "def f():\n    import json\n"),
    (rules.hidden_import, "escalations/apps.py", "def other():\n    from a import b\n"),
    (rules.empty_name, "escalations/helpers.py", ""),
    (rules.empty_name, "escalations/common/words.py", ""),
    (rules.foreign_write, "escalations/desk/views.py", "Case.objects.filter(a=1).update(state='open')"),
    (rules.foreign_write, "escalations/desk/views.py", "case.save()"),
    (rules.foreign_write, "escalations/engine/sweep.py", "self.escalation.case.save(update_fields=['x'])"),
    (rules.foreign_write, "escalations/engine/sweep.py", "case.events.create(kind='x')"),
    (rules.foreign_write, "escalations/engine/delivery.py", "models.Notice.objects.bulk_create(rows)"),
    (rules.foreign_write, "escalations/api/views.py", "Escalation.objects.get_or_create(case=case)"),
    (rules.foreign_write, "escalations/actions/people.py", "User.objects.create(email='x')"),
    (rules.foreign_write, "escalations/actions/review.py", "article.delete()"),
    (rules.self_write, "escalations/models/cases.py", "class A:\n    def go(self):\n        self.save()\n"),
    (rules.loud_import, "escalations/actions/x.py", "from django.core import mail"),
    (rules.loud_import, "escalations/models/x.py", "import urllib.request"),
    (rules.loud_import, "escalations/casefile/x.py", "from http import client"),
    (rules.loud_import, "escalations/reports/x.py", "from socket import socket"),
    (rules.own_signal, "escalations/models/x.py", "from django.db.models.signals import post_save"),
    (rules.unscoped_read, "escalations/desk/views.py", "Case.objects.filter(pk=1)"),
    (rules.unscoped_read, "escalations/portal/views.py", "models.Case.objects.get(pk=1)"),
    (rules.unscoped_read, "escalations/api/views.py", "queryset = Case.objects"),
    (rules.unscoped_read, "escalations/api/views.py", "get_object_or_404(Case, pk=1)"),
    (words.untranslated, "templates/x.html", "<p>Hello there</p>"),
    (words.untranslated, "templates/x.html", '<input placeholder="Your name">'),
    (words.untranslated, "templates/x.html", "<input type=submit value=Send>"),
    (words.untranslated, "templates/x.html", "{% blocktranslate %}fine{% endblocktranslate %} not fine"),
    (words.untranslated, "templates/x.txt", "Dear {{ name }},"),
]

RIGHTFUL: list[tuple[Rule, str, str]] = [
    (rules.long_file, "tests/x.py", "x = 1\n" * 600),
    (rules.hidden_import, "escalations/apps.py", "def ready():\n    from a import b\n"),
    (rules.foreign_write, "escalations/actions/triage.py", "case.save(update_fields=['level'])"),
    (rules.foreign_write, "customers/actions.py", "User.objects.create(email='x')"),
    (rules.foreign_write, "escalations/desk/views.py", "headers.update(a=1)\nprocess.save()"),
    (rules.self_write, "escalations/models/cases.py", "super().save()"),
    (rules.loud_import, "escalations/channels/mail.py", "from django.core import mail"),
    (rules.loud_import, "escalations/actions/x.py", "from urllib.parse import quote"),
    (rules.own_signal, "escalations/apps.py", "from django.db.models.signals import post_migrate"),
    (rules.unscoped_read, "escalations/desk/views.py", "Case.objects.visible_to(standing).filter(pk=1)"),
    (rules.unscoped_read, "escalations/admin/cases.py", "Case.objects.all()"),
    (words.untranslated, "templates/x.html", "{% translate 'Hello there' %} <code>SELECT</code> Belay – {{ name }}"),
    (words.untranslated, "templates/x.html", "<p class='note' title='{% translate \"Why\" %}'>{# a word #}</p>"),
]


@pytest.mark.parametrize(("rule", "path", "text"), OFFENCES)
def test_the_rule_finds_the_offence(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text)))


@pytest.mark.parametrize(("rule", "path", "text"), RIGHTFUL)
def test_the_rule_leaves_the_rightful_alone(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text))) == []


def test_a_block_that_fills_an_attribute_is_markup_and_one_that_fills_the_page_is_words() -> None:
    base = Source(
        "templates/base.html", "<main class='{% block frame %}{% endblock %}'>{% block content %}{% endblock %}</main>"
    )
    markup = words.markup_blocks([base])
    assert list(words.untranslated(Source("templates/a.html", "{% block frame %}broad{% endblock %}"), markup)) == []
    assert list(words.untranslated(Source("templates/a.html", "{% block content %}Hello{% endblock %}"), markup))
