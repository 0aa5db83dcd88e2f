"""Whoever opens a case has read what the inbox said of it, and of nothing else."""

from django.test import Client

from escalations.models import Notice
from tests.cast import MONDAY, Company


def unread(company: Company) -> set[int]:
    mine = Notice.objects.filter(recipient=company.specialist.user.code, channel="in_app", seen_at=None)
    return set(mine.values_list("case_id", flat=True))


def test_opening_a_case_reads_its_notices_and_no_others(company: Company) -> None:
    opened, other = (company.escalate(company.open(), MONDAY) for _number in range(2))
    assert unread(company) == {opened.pk, other.pk}
    client = Client()
    client.force_login(company.specialist.user)
    assert client.head(f"/desk/cases/{opened.reference}/").status_code == 200
    assert unread(company) == {opened.pk, other.pk}
    assert client.get(f"/desk/cases/{opened.reference}/").status_code == 200
    assert unread(company) == {other.pk}
