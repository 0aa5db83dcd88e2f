"""The forms that join cases and take them apart: link, merge, split."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from customers.models import Contact, Membership
from customers.refusal import Refused
from escalations.actions import merging
from escalations.actions.links import BY_HAND
from escalations.casefile.joined import linked_with
from escalations.casefile.related import candidates
from escalations.casefile.sentences import moment
from escalations.desk.forms.base import VerbForm, Written
from escalations.models import Case, CaseLink, Message, words
from escalations.rules.standing import NOBODY

LONGEST_WORDS = 160


class CaseField(forms.CharField):
    """Another case by its reference; the form says which ones its reader may see."""

    def __init__(self, **kwargs: Any) -> None:
        shown = forms.TextInput(attrs={"placeholder": "B-1042", "autocomplete": "off", "spellcheck": "false"})
        kwargs.setdefault("error_messages", {"required": words.REMEDIES["case_unknown"]})
        super().__init__(widget=shown, max_length=24, **kwargs)


class OtherCaseForm(VerbForm):
    """About this case and another one, which is named by its reference or picked from some that may be meant."""

    asks_for: ClassVar[str] = "other"
    layout = "desk/_fields_other.html"

    def found(self, reference: str) -> Case | None:
        rows = Case.objects.visible_to(self.standing or NOBODY).select_related("organization", "contact")
        return rows.filter(pk=Case.pk_of(reference.strip())).first()

    def named(self) -> Case:
        """The other case. Raises ValidationError when there is none that this person may see."""
        found = self.found(self.cleaned_data[self.asks_for])
        if found is None:
            raise ValidationError(words.REMEDIES["case_unknown"], code="case_unknown")
        return found

    @property
    def candidates(self) -> list[Case]:
        """Cases that may be meant, while nobody has named one."""
        return [] if self[self.asks_for].value() else candidates(self.case, self.standing or NOBODY)


class LinkForm(OtherCaseForm):
    linked: ClassVar[tuple[str, ...]] = ("other",)

    kind = forms.ChoiceField(label=_("This case is"), choices=[(kind.value, words.LINKS[kind]) for kind in BY_HAND])
    other = CaseField(label=_("The other case"))

    def clean_other(self) -> Case:
        return self.named()


class UnlinkForm(VerbForm):
    linked: ClassVar[tuple[str, ...]] = ("link",)

    link = forms.ChoiceField(label=_("Which link"), widget=forms.RadioSelect)

    def furnish(self) -> None:
        link = self.fields["link"]
        if isinstance(link, forms.ChoiceField):
            found = linked_with(self.case, self.standing or NOBODY)
            link.choices = [(one.uid, f"{one.how} {one.case}") for one in found]

    def clean_link(self) -> CaseLink:
        return CaseLink.objects.get(uid=self.cleaned_data["link"])


class MergeForm(OtherCaseForm):
    """Shows what merging does before it is done: `shown` is the reference of the case for which that was done."""

    linked: ClassVar[tuple[str, ...]] = ("into",)
    asks_for = "into"

    into = CaseField(label=_("The case in which it goes on"))
    text = Written(
        draft="merge",
        label=_("To the customer"),
        help_text=_("Why both go on in one place. Where that is, and that nothing is lost, Belay adds by itself."),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=24)

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        self.is_shown = True
        if data is not None:
            self.is_shown = data.get("shown", "") == data.get("into", "")
            data = data.copy()
            data["shown"] = data.get("into", "")
        super().__init__(data, **kwargs)
        self.initial.setdefault("shown", self.initial.get("into", ""))

    def known(self) -> dict[str, Any]:
        return {"text": _("Both of your cases are about the same matter, so we go on with them in one place.")}

    def clean_into(self) -> Case:
        return self.named()

    def clean(self) -> None:
        if not self.is_shown and "into" not in self.errors:
            raise ValidationError(_("This is what merging does. Look at it, then merge."), code="look_first")

    def arguments(self) -> dict[str, Any]:
        return {"into": self.cleaned_data["into"], "text": self.cleaned_data["text"]}

    @property
    def facts(self) -> list[tuple[Any, str]]:
        """What merging does, as far as the other case is known."""
        into = self.found(str(self["into"].value() or ""))
        if into is None:
            return []
        try:
            foreseen = merging.foresee(self.case, into, timezone.now())
        except Refused as refused:
            return [(_("Not possible"), str(refused.remedy))]
        return [(name, str(said)) for name, said in _consequences(self.case, into, foreseen)]


def _consequences(case: Case, into: Case, foreseen: merging.Foreseen) -> list[tuple[Any, Any]]:
    """In words; there is no way back, which is said first."""
    told = {"case": case.reference, "into": into.reference}
    said: list[tuple[Any, Any]] = [
        (_("Goes on"), f"{into} · {words.SEVERITIES[into.severity]}"),
        (_("No way back"), _("%(case)s closes for good and all its clocks end. Its history stays readable.") % told),
        (_("From now on"), _("Whatever is still written to %(case)s arrives at %(into)s.") % told),
    ]
    if foreseen.followers:
        names = ", ".join(str(contact) for contact in foreseen.followers)
        said.append((_("Follow and read the other case from now on"), names))
    if foreseen.owed:
        said.append((_("Owed there"), _("The customer wrote last: an answer is owed in %(into)s.") % told))
    if foreseen.ends_escalation:
        said.append((_("Its escalation"), _("Ends, because %(into)s is escalated at least as high.") % told))
    if foreseen.requests:
        what = ngettext(
            "%(count)d request is no longer needed; whoever was asked is told.",
            "%(count)d requests are no longer needed; whoever was asked is told.",
            foreseen.requests,
        )
        said.append((_("Asked of others"), what % {"count": foreseen.requests}))
    return said


class SplitForm(VerbForm):
    """Which words go along, under which subject and for whom."""

    messages = forms.MultipleChoiceField(
        label=_("What goes along"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": words.REMEDIES["split_nothing"]},
        help_text=_("Copied as quotes, with their files; here everything stays. Notes stay for colleagues only."),
    )
    subject = forms.CharField(
        label=_("Subject of the new case"),
        max_length=200,
        error_messages={"required": words.REMEDIES["subject_missing"]},
    )
    contact = forms.ModelChoiceField(
        label=_("For"), queryset=Contact.objects.none(), required=False, empty_label=_("the same person")
    )

    def furnish(self) -> None:
        field, contact = self.fields["messages"], self.fields["contact"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(message.uid, _line(message)) for message in self._rows()]
        if isinstance(contact, forms.ModelChoiceField) and self.case.organization_id:
            members = Membership.objects.current(timezone.localdate()).filter(organization=self.case.organization_id)
            others = Contact.objects.filter(pk__in=members.values("contact_id")).exclude(pk=self.case.contact_id)
            contact.queryset = others.order_by("name")

    def _rows(self) -> list[Message]:
        rows = Message.objects.filter(case=self.case).exclude(body="").select_related("user", "contact")
        return list(rows.order_by("-pk")[:50])

    def arguments(self) -> dict[str, Any]:
        chosen = Message.objects.filter(case=self.case, uid__in=self.cleaned_data["messages"])
        return {**super().arguments(), "messages": list(chosen)}


def _line(message: Message) -> str:
    """Who wrote what when, short enough to choose by."""
    who = message.contact.name if message.contact else (message.user.name if message.user else "")
    sort = "" if message.is_public else f" ({_('note')})"
    return f"{who}{sort}, {moment(message.written_at.isoformat())}: {Truncator(message.body).chars(LONGEST_WORDS)}"
