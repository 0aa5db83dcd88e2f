"""How I am told: by which channel, when and how often; and what that means right now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.forms import BoundField
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import User
from customers.refusal import Refused
from escalations.actions import reaching, wishes
from escalations.actions.reaching import USUALLY, Recipient
from escalations.actions.wishes import Wanted
from escalations.desk.forms.base import DeskForm
from escalations.desk.pages import StaffRequest, posted, see_other, show, staff_only
from escalations.models import Calendar, Endpoint, Level, NoticeWishes, VersionState, words
from escalations.models.policies import published_procedure
from escalations.models.wishes import LEFT_OPEN
from escalations.rules.leaving import Occasion, Wishes, leaves_at
from escalations.rules.procedure import Procedure, Rung
from escalations.rules.vocabulary import Channel, NoticeGroup, Rhythm, Severity

# What the page gives as examples: what somebody is asked to do, and what only happens.
EXAMPLES = (
    (NoticeGroup.ASKED, Severity.CRITICAL),
    (NoticeGroup.ASKED, Severity.MEDIUM),
    (NoticeGroup.DAILY, Severity.MEDIUM),
)


def clock_field(label: Any, **kwargs: Any) -> forms.TimeField:
    """A time of day, in the time zone of whoever fills the form in."""
    picked = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    remedy = words.REMEDIES["time_missing"]
    return forms.TimeField(label=label, widget=picked, error_messages={"required": remedy, "invalid": remedy}, **kwargs)


class WishesForm(DeskForm):
    """Quiet hours, working time and rhythm, and a box for each group by each channel."""

    rhythm = forms.ChoiceField(
        label=gettext_lazy("What is not urgent comes"),
        choices=list(words.RHYTHMS.items()),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("What you are asked to do never waits for a digest."),
    )
    digest_at = clock_field(gettext_lazy("Digest of the day at"))
    quiet_from = clock_field(gettext_lazy("Quiet from"), required=False)
    quiet_until = clock_field(gettext_lazy("Quiet until"), required=False)
    calendar = forms.ModelChoiceField(
        Calendar.objects.filter(versions__state=VersionState.PUBLISHED).distinct(),
        label=gettext_lazy("My working time"),
        required=False,
        empty_label=gettext_lazy("the hours of the level a case is at"),
        help_text=gettext_lazy("What you are asked to do waits for the hours of the level only."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, has_chat: bool, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for group, channel in product(NoticeGroup, LEFT_OPEN):
            label = f"{words.NOTICE_GROUPS[group]}: {words.CHANNELS[channel]}"
            box = forms.BooleanField(label=label, required=False, disabled=channel == Channel.CHAT and not has_chat)
            box.widget.attrs["aria-label"] = label
            self.fields[box_name(group, channel)] = box
        zone = {"zone": timezone.get_current_timezone_name()}
        self.fields["quiet_until"].help_text = _("In your own time, %(zone)s; over midnight, too.") % zone

    def table(self) -> Iterator[tuple[Any, list[BoundField]]]:
        """The groups, each with its boxes in the order of the channels."""
        for group in NoticeGroup:
            yield words.NOTICE_GROUPS[group], [self[box_name(group, channel)] for channel in LEFT_OPEN]

    def choices(self) -> dict[tuple[NoticeGroup, Channel], bool]:
        """What was ticked."""
        return {
            (group, channel): self.cleaned_data[box_name(group, channel)]
            for group, channel in product(NoticeGroup, LEFT_OPEN)
        }

    def filled_in(self) -> Wanted:
        """Everything but the boxes."""
        given = self.cleaned_data
        return Wanted(
            Rhythm(given["rhythm"]), given["digest_at"], given["quiet_from"], given["quiet_until"], given["calendar"]
        )


def box_name(group: NoticeGroup, channel: Channel) -> str:
    return f"{group}_{channel}"


@dataclass(frozen=True, slots=True)
class Preview:
    """What would reach me of one example that happens now, by which channels and when."""

    what: Any
    level: Rung
    severity: Any
    is_urgent: bool
    channels: list[Any]
    leaves_at: datetime


@staff_only
def me(request: StaffRequest) -> HttpResponse:
    """My wishes as a form, and what they mean now."""
    at, user = timezone.now(), request.user
    if not isinstance(user, User):
        raise LookupError("only somebody who is signed in gets here")
    chat = Endpoint.objects.open().filter(agent=request.standing.as_agent, channel=Channel.CHAT.value).first()
    [person] = reaching.colleagues(User.objects.filter(pk=user.pk), at)
    stored = NoticeWishes.objects.filter(user=user).first()
    form = WishesForm(posted(request), has_chat=chat is not None, initial=_known(stored, person))
    if request.method == "POST" and form.is_valid():
        try:
            wishes.save(user=user, wanted=form.filled_in(), choices=form.choices())
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("It is written down and holds from now on."))
            return see_other("desk:me")
    host = urlsplit(chat.url).hostname if chat else ""
    previews = list(_previews(request, person, at))
    context = {"form": form, "chat": chat, "chat_host": host, "previews": previews}
    return show(request, "desk/me.html", context, here="me", status=422 if form.errors else 200)


def _known(stored: NoticeWishes | None, person: Recipient) -> dict[str, Any]:
    """What is written down, or what everybody gets."""
    boxes = {
        box_name(group, channel): person.chosen.get((group, channel), USUALLY[channel])
        for group, channel in product(NoticeGroup, LEFT_OPEN)
    }
    row = stored or NoticeWishes()
    times = {"quiet_from": row.quiet_from, "quiet_until": row.quiet_until, "digest_at": row.digest_at}
    return {**boxes, **times, "calendar": row.calendar_id, "rhythm": row.rhythm}


def _previews(request: StaffRequest, person: Recipient, at: datetime) -> Iterator[Preview]:
    """The examples at the lowest level where I work; none for who works at no level."""
    levels = Level.objects.filter(version__state=VersionState.PUBLISHED, team__in=request.standing.team_ids)
    mine = levels.order_by("version__policy__position", "number").values_list("version_id", "number").first()
    if mine is None:
        return
    procedure = published_procedure(mine[0])
    rung = procedure.rung(mine[1])
    for group, severity in EXAMPLES:
        yield _preview(procedure, rung, group, severity, person, at)


def _preview(
    procedure: Procedure, rung: Rung, group: NoticeGroup, severity: Severity, person: Recipient, at: datetime
) -> Preview:
    is_urgent = procedure.is_urgent(group, severity=severity, level=rung.number)
    occasion = Occasion(at, rung.schedule, is_urgent, must_act=group is NoticeGroup.ASKED)
    channels = [words.CHANNELS[channel] for channel in person.ways(group)]
    leaves = leaves_at(occasion, person.wishes or Wishes())
    return Preview(words.NOTICE_GROUPS[group], rung, words.SEVERITIES[severity], is_urgent, channels, leaves)
