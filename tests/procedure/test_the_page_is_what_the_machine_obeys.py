"""What stands on the procedure page is what the procedure answers, cell by cell."""

from __future__ import annotations

import itertools

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from customers.models import Tier
from escalations.casefile.procedure import matrix, timeframes
from escalations.casefile.procedure.names import names_in
from escalations.models import PolicyVersion
from escalations.rules.vocabulary import ClockKind, Impact, Severity, Urgency
from tests.cast import Company
from tests.desk.conftest import SignIn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_clock")]


def test_every_place_of_the_matrix_is_where_the_procedure_puts_it(version: PolicyVersion) -> None:
    procedure = version.procedure()
    grids = matrix.grids(procedure)
    shown = {
        (place.impact, place.urgency, tier): (place.position, place.severity, place.level)
        for grid in grids
        for tier in grid.tiers
        for line in grid.lines
        for place in line.places
    }
    wanted = {}
    for impact, urgency, tier in itertools.product(Impact, Urgency, Tier.values):
        position, cell = procedure.place(impact, urgency, tier)
        wanted[impact, urgency, tier] = (position, cell.severity, cell.level)
    landed = {key: found[1:] for key, found in shown.items()}
    assert landed == {key: found[1:] for key, found in wanted.items()}
    firsts = {(p.impact, p.urgency, grid.tiers[0]) for grid in grids for line in grid.lines for p in line.places}
    assert {key: shown[key] for key in firsts} == {key: wanted[key] for key in firsts}
