"""Every model has a page in the back office or a reason for having none, and every page opens and stays cheap."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.admin.house import FEW, ROWS, Copier, fill
from tests.cast import Company
from tests.policies import builders

LIST_STATEMENTS, PAGE_STATEMENTS = 12, 30
# A draft shows every part of the procedure and what the lint says of it: each reads its rows once.
MORE_STATEMENTS = {"escalations.policyversion": 40}
OF_A_VERSION = "on the page of its version"
OF_A_CASE = "on the page of its case, and whole at the desk"
OF_THE_PRODUCT = "no rows that people write; "
# Models without a page of their own, and where their rows are seen instead.
EXCLUDED = {
    "admin.logentry": "on the page of what changed of each row",
    "auth.permission": OF_THE_PRODUCT + "ticked on the page of a role",
    "contenttypes.contenttype": OF_THE_PRODUCT + "Django's own list of models",
    "sessions.session": "sealed; who is signed in ends it at the desk or with a new password",
    "account.emailaddress": "kept by the sign-in for itself; the address of a person is on the page of the user",
    "account.emailconfirmation": "kept by the sign-in for itself",
    "mfa.authenticator": "sealed; on the page of the user it is said whether there is one",
    "socialaccount.socialaccount": "kept by the sign-in for itself",
    "socialaccount.socialapp": "comes from the environment",
    "socialaccount.socialtoken": "kept by the sign-in for itself",
    "usersessions.usersession": "each person ends their own; deactivating somebody ends all of theirs",
    "axes.accessattemptexpiration": "belongs to the failed sign-in",
    "axes.accesslog": "switched off: who signed in is no business of a list",
    "axes.accessfailurelog": "switched off: failed sign-ins have a list",
    "customers.contactaddress": "on the page of the contact",
    "customers.membership": "on the pages of the contact and the organization",
    "knowledgebase.searchdocument": OF_THE_PRODUCT + "what is written elsewhere, as stems to search in",
    "knowledgebase.searchword": OF_THE_PRODUCT + "spellings to compare with",
    "escalations.attachment": OF_A_CASE,
    "escalations.attempt": "on the page of its notice",
    "escalations.brief": OF_A_CASE,
    "escalations.calendarpin": OF_A_VERSION,
    "escalations.caselink": OF_A_CASE,
    "escalations.communication": OF_A_VERSION,
    "escalations.dutyoverride": "on the page of the rota",
    "escalations.dutyswap": "on the page of the rota",
    "escalations.hours": OF_A_VERSION,
    "escalations.lease": OF_THE_PRODUCT + "which worker does a part now; the signs of life say whether it is done",
    "escalations.level": OF_A_VERSION,
    "escalations.matrixcell": OF_A_VERSION,
    "escalations.macrostep": "on the page of the macro",
    "escalations.mention": OF_A_CASE,
    "escalations.message": OF_A_CASE,
    "escalations.noticechoice": "on the page of the user",
    "escalations.noticewishes": "on the page of the user",
    "escalations.participant": OF_A_CASE,
    "escalations.planstep": "on the page of the plan",
    "escalations.requirement": OF_A_VERSION,
    "escalations.role": OF_A_VERSION,
    "escalations.rotamember": "on the page of the rota",
    "escalations.savedview": "each person, and each lead for a team, keeps theirs at the queue",
    "escalations.scriptline": "on the page of the script",
    "escalations.scripttick": OF_A_CASE,
    "escalations.seeingas": "in the journal of what administrators looked at",
    "escalations.seenpage": "below the look as somebody else",
    "escalations.specialday": OF_A_VERSION,
    "escalations.step": "on the page of the escalation",
    "escalations.target": OF_A_VERSION,
    "escalations.teammembership": "on the pages of the team and the agent",
    "escalations.training": OF_A_VERSION,
    "escalations.trigger": OF_A_VERSION,
    "escalations.watcher": OF_A_CASE,
}


def is_kept_of_another(model: type[models.Model]) -> bool:
    """What is kept of the changes of a row is read on the page of what changed."""
    return model.__name__.startswith("Historical")


def address(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)


@pytest.fixture
def house(company: Company) -> Company:
    fill(company)
    return company


@pytest.fixture
def office(house: Company) -> Client:
    client = Client()
    client.force_login(house.administrator)
    return client


@pytest.fixture
def auditor(house: Company) -> Client:
    """Looks at everything and changes nothing."""
    reader = builders.user("Rita Reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = Client()
    client.force_login(reader)
    return client


def test_every_model_is_registered_or_excluded_with_a_reason() -> None:
    models_there = [model for model in apps.get_models() if not is_kept_of_another(model)]
    without = {model._meta.label_lower for model in models_there} - {model._meta.label_lower for model in REGISTERED}
    assert without - set(EXCLUDED) == set(), "register it, or say here where its rows are seen"
    assert all(EXCLUDED.values())


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label_lower)
def test_every_list_has_a_search_a_filter_and_columns(model: type[models.Model]) -> None:
    page = admin.site._registry[model]
    assert page.search_fields
    assert page.list_filter
    assert page.list_display != ("__str__",)


@pytest.mark.django_db
def test_every_list_of_two_hundred_rows_takes_few_statements(office: Client) -> None:
    Copier().everything()
    dear = {}
    for model in REGISTERED:
        with CaptureQueriesContext(connection) as counted:
            # A list of one row leads on to the page of it.
            listed = office.get(address(model, "changelist"), {"all": ""}, follow=True)
        assert listed.status_code == 200, model.__name__
        if model._meta.label_lower not in FEW:
            assert listed.context["cl"].result_count >= ROWS, model.__name__
        if len(counted) > LIST_STATEMENTS:
            dear[model.__name__] = [len(counted), *{query["sql"][:120] for query in counted}]
    assert dear == {}


@pytest.mark.django_db
def test_every_page_of_a_row_opens_and_takes_few_statements(office: Client) -> None:
    dear = {}
    for model in REGISTERED:
        rows: list[Any] = list(models.QuerySet(model).order_by("-pk")[:2])
        assert rows, model.__name__
        for row in rows:
            with CaptureQueriesContext(connection) as counted:
                assert office.get(address(model, "change", row.pk)).status_code == 200, model.__name__
            if len(counted) > MORE_STATEMENTS.get(model._meta.label_lower, PAGE_STATEMENTS):
                dear[f"{model.__name__} {row.pk}"] = len(counted)
        assert office.get(address(model, "history", rows[0].pk)).status_code == 200, model.__name__
        assert office.get(address(model, "add")).status_code in (200, 302, 403), model.__name__
    assert dear == {}


@pytest.mark.django_db
def test_an_auditor_looks_at_every_page_and_changes_nothing(auditor: Client) -> None:
    for model in REGISTERED:
        row: Any = models.QuerySet(model).order_by("-pk")[0]
        before = list(models.QuerySet(model).order_by("pk").values())
        for page in (("changelist",), ("change", row.pk), ("history", row.pk)):
            assert auditor.get(address(model, *page), follow=True).status_code == 200, (model.__name__, page)
        assert auditor.get(address(model, "add")).status_code == 403, model.__name__
        for page in (("change", row.pk), ("delete", row.pk), ("add",)):
            assert auditor.post(address(model, *page), {"post": "yes", "name": "Mine"}).status_code == 403, model
        assert list(models.QuerySet(model).order_by("pk").values()) == before, model.__name__
