"""Questions and suggestions about a procedure: told to whoever keeps it, and kept beside it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from customers.models import User
from customers.refusal import Refused
from escalations.actions import bulletins, readings
from escalations.models import Bulletin, PolicyVersion, words

KIND = "procedure_question"
LONGEST = 2000


@transaction.atomic
def suggest(*, version: PolicyVersion, by: User, text: str, at: datetime) -> Bulletin:
    """Tells the owner of the policy what somebody asks or suggests, or the administrators where nobody owns it.

    The same words of the same person are kept once. Raises Refused when there are none, or more than 2,000 characters.
    """
    said = text.strip()
    if not said:
        raise Refused("text", "text_missing", words.REMEDIES["text_missing"])
    if len(said) > LONGEST:
        raise Refused("text", "too_long", words.REMEDIES["too_long"] % {"most": LONGEST})
    policy, owner = version.policy, version.policy.owner
    identity = hashlib.sha256(f"{by.code}\n{said}".encode()).hexdigest()[:32]
    about = f"question:{policy.pk}:{identity}"
    path = f"{readings.page_of(version)}#questions"
    data = {"policy": str(policy), "version": version.number, "person": by.name, "said": said}
    if owner is not None and owner.works:
        return bulletins.tell([owner.user], kind=KIND, about=about, path=path, data=data, at=at)
    return bulletins.to_administrators(kind=KIND, about=about, path=path, data=data, at=at)
