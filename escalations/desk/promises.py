"""The forms that promise news to a customer, and move such a promise."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.actions import promises
from escalations.actions.promises import Usual
from escalations.casefile.sentences import moment
from escalations.desk.forms.base import MomentField, VerbForm, Written

FIVE_MINUTES = 5


class PromiseForm(VerbForm):
    """News by an instant; begins with the latest one that the policy finds early enough."""

    linked: ClassVar[tuple[str, ...]] = ("due_at",)
    due_at = MomentField(label=gettext_lazy("News by"), missing="promise_in_the_past")
    text = Written(
        draft="promise",
        label=gettext_lazy("To the customer"),
        required=False,
        rows=3,
        help_text=gettext_lazy("Public: the customer reads it with the promise. Left empty, only the time is told."),
    )
    reason = Written(draft="promise", label=gettext_lazy("Why not earlier"), required=False, rows=2)

    @cached_property
    def usual(self) -> Usual:
        return promises.usual(self.case, timezone.now())

    def known(self) -> dict[str, Any]:
        """The limit of the policy, a round one; where there is none or it is over, half a working day from now."""
        limit = promises.sensible(self.case, timezone.now(), self.usual.silent)
        return {"due_at": promises.whole(timezone.localtime(limit), FIVE_MINUTES)}

    def furnish(self) -> None:
        zone = {"zone": timezone.get_current_timezone_name()}
        self.fields["due_at"].help_text = _("In your own time, %(zone)s.") % zone
        self.fields["reason"].help_text = f"{_('Internal: no customer ever sees it.')} {self.when_needed()}".rstrip()

    def when_needed(self) -> str:
        """From when on a promise needs a reason."""
        silent, spoken = self.usual.silent, self.usual.spoken
        if silent is None or spoken is None:
            return ""
        told = {"limit": moment(silent.isoformat()), "with_words": moment(spoken.isoformat())}
        if told["limit"] == told["with_words"]:
            return _("Needed after %(limit)s, because that is later than the policy wants news.") % told
        return (
            _("Needed after %(limit)s, when the policy wants news; with words to the customer, after %(with_words)s.")
            % told
        )


class MovePromiseForm(PromiseForm):
    """The open promise at another instant; begins with the one that is promised now."""

    reason = Written(draft="promise", label=gettext_lazy("Why later"), required=False, rows=2)

    def known(self) -> dict[str, Any]:
        return {"due_at": timezone.localtime(self.case.promised_at) if self.case.promised_at else None}

    def when_needed(self) -> str:
        return _("Needed when news come later than promised now.")
