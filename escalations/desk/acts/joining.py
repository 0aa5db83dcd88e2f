"""Cases that belong together, and one that becomes two."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from escalations.actions import links, merging, splitting
from escalations.desk.acts.base import Act
from escalations.desk.forms.joining import LinkForm, MergeForm, SplitForm, UnlinkForm
from escalations.rules.vocabulary import Verb

ACTS: Mapping[str, Act] = {
    Verb.LINK: Act(
        LinkForm,
        links.link,
        _("Linked; both cases show it. To undo it, take the link away."),
        _("Both cases show each other, with state and what is due. Nothing else changes."),
    ),
    Verb.UNLINK: Act(
        UnlinkForm,
        links.unlink,
        _("The link is gone; both journals keep that it was there."),
        _("Neither case shows the other any more."),
    ),
    Verb.MERGE: Act(
        MergeForm,
        merging.merge,
        _("Merged; the customer knows where it goes on."),
        _("This case ends and goes on in another one of the same customer. Both histories stay."),
        grave=True,
    ),
    Verb.SPLIT: Act(
        SplitForm,
        splitting.split,
        _("Split off; the new case is linked here and has clocks of its own."),
        _("A part of this case becomes a case of its own. Its clocks begin now."),
    ),
}
