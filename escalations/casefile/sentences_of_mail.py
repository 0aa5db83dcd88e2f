"""What mail brought, in the words of the staff; a customer reads only who follows the case."""

from __future__ import annotations

from django.utils.translation import gettext as _

from escalations.casefile.people import Names
from escalations.models import words
from escalations.rules import events as e
from escalations.rules.vocabulary import MailKind


def recorded(data: e.MailRecorded, _names: Names) -> str:
    if data.sort == MailKind.MESSAGE:
        return _("A mail is on record that nobody can be sure of; its words count for nothing")
    return _("On record, and nothing else: %(what)s") % {"what": words.MAIL_KINDS[data.sort]}


def bounced(data: e.MailBounced, names: Names) -> str:
    values = {"person": names.person(data.person)}
    if data.seen:
        return _("A mail to %(person)s came back; it had been read in Belay") % values
    return _("A mail to %(person)s came back: not reached") % values


def referred(data: e.MailReferred, names: Names) -> str:
    return _("The mail answered %(case)s, which its sender may not follow; so it is a case of its own") % {
        "case": names.case(data.other)
    }


def joined(data: e.ParticipantJoined, names: Names) -> str:
    values = {"person": names.person(data.contact)}
    if data.how == "copied":
        return _("%(person)s was copied in and follows the case from here on") % values
    return _("%(person)s follows the case from here on") % values
