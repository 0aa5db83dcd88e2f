"""Links that let one person answer one question from a mail, for a while and without signing in."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing

from customers.models import User
from escalations.models.escalations import Decision
from escalations.models.people import Agent, TeamMembership
from escalations.rules.procedure import Procedure

LASTS = timedelta(days=14)
# What a token is for is part of its signature: none made for another purpose opens this page.
_SIGNER = signing.TimestampSigner(salt="belay.decision", sep=".")


class Unusable(Exception):
    """A token that opens nothing; `expired` when it did once."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__("expired" if expired else "unknown")
        self.expired = expired


def decision_url(decision: Decision, person: Agent) -> str:
    """Where this person answers this question, from anywhere; the address is a secret of theirs."""
    token = _SIGNER.sign_object([decision.uid, person.user.uid])
    return f"{settings.BELAY_URL}/desk/decisions/{token}/"


def read(token: str) -> tuple[Decision, User]:
    """The question and whoever may answer it with this token. Raises Unusable."""
    try:
        asked, person = _SIGNER.unsign_object(token, max_age=LASTS)
    except signing.SignatureExpired as late:
        raise Unusable(expired=True) from late
    except (signing.BadSignature, ValueError) as wrong:
        raise Unusable(expired=False) from wrong
    around = ("escalation__case__policy_version", "escalation__case__organization", "person__user", "decided_by__user")
    decision = Decision.objects.select_related(*around).filter(uid=asked).first()
    user = User.objects.filter(uid=person).first()
    if decision is None or user is None:
        raise Unusable(expired=False)
    return decision, user


def needs_sign_in(decision: Decision, user: User, procedure: Procedure) -> bool:
    """Whether an answer needs more than the mail: by executives always, else above the amount of the procedure."""
    top = max(procedure.rungs, key=lambda rung: rung.number)
    if TeamMembership.objects.filter(agent__user=user, team=top.team_id).exists():
        return True
    return procedure.sign_in_above is not None and decision.amount > procedure.sign_in_above
