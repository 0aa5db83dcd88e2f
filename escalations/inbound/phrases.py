"""The words by which machines say what they have to say, in the languages in which they were seen to say it."""

from __future__ import annotations

import re


def _any_of(lines: str, before: str = "") -> re.Pattern[str]:
    """A pattern of alternatives, one a line."""
    alternatives = "|".join(line.strip() for line in lines.splitlines() if line.strip())
    return re.compile(f"{before}(?:{alternatives})", re.IGNORECASE | re.MULTILINE)


# The part before the @ of senders that are servers. Behind a postmaster a person may sit; behind the others nobody.
_NOBODY = r"""
    mailer[-_.]?daemon
    mail[-_.]?daemon
    mdaemon
    microsoftexchange[0-9a-f]{8,40}
    bounces?
    double-bounce
    """
_PERHAPS = r"""
    postmaster
    mail[-_]?master
    (?:mail|smtp)[-_]?(?:server|gateway|system|delivery)
    (?:mail)?delivery[-_.]?(?:subsystem|system|service|agent)
    """
UNMISTAKABLE = _any_of(_NOBODY)
SYSTEM = _any_of(_NOBODY + _PERHAPS)
# Addresses in the words of a bounce that are not those whom it could not reach.
NOT_MEANT = _any_of(
    _NOBODY
    + _PERHAPS
    + r"""
    no[-_.]?reply
    do[-_.]?not[-_.]?reply
    abuse
    """
)

FAILURE = _any_of(
    r"""
    undeliver(?:able|ed)
    un(?:able|successful) to deliver
    delivery (?:has )?fail
    delivery (?:report|failure|notification)
    delivery status notification \(failure
    mail delivery (?:failed|system)
    delivery to the following recipients? (?:has )?fail
    could ?n[o']t be (?:delivered|sent|reached)
    was(?: not|n't) delivered
    non[- ]?delivery
    returned mail
    returning message to sender
    returned to sender
    failure notice
    qmail-send program
    permanent (?:fatal )?error
    (?:message|mail) (?:was |has been )?(?:not delivered|rejected|blocked|bounced)
    user unknown
    unknown user
    no such (?:user|recipient|address|mailbox)
    mailbox (?:is )?(?:full|unavailable|not found|disabled)
    quota exceeded
    over quota
    address (?:not found|rejected|could ?n[o']t be found)
    recipient (?:address )?(?:rejected|unknown)
    does ?n[o']t (?:exist|have an? .{0,30}account)
    not listed in .{0,40}directory
    unzustellbar
    nicht zugestellt
    zustellung (?:fehlgeschlagen|nicht möglich|gescheitert)
    fehler bei der zustellung
    konnte nicht (?:zugestellt|übermittelt|ausgeliefert)
    empfänger (?:ist )?unbekannt
    postfach (?:ist )?voll
    n['’]a pas pu être (?:remis|distribué|envoyé|délivré)
    échec de (?:la )?remise
    non remis
    non distribuable
    no se (?:pudo|ha podido|puede) entregar
    error de entrega
    impossibile recapitare
    mancato recapito
    kan niet (?:worden )?(?:bezorgd|afgeleverd)
    onbestelbaar
    kunde inte levereras
    nie można dostarczyć
    não (?:foi possível entregar|pôde ser entregue)
    """
)
DELAY = _any_of(
    r"""
    delivery (?:is |has been |status notification \()?delay
    delivery status notification \(delay
    delayed mail
    (?:message|mail) (?:is |has been )?delayed
    still (?:being )?(?:retr|try)
    will (?:be )?(?:retr|keep trying|continue to try)
    not yet been delivered
    could not be delivered for
    warning: (?:message|could not send)
    no action is required on your part
    temporary (?:failure|problem|error)
    verzögert
    wird weiterhin versucht
    noch nicht zugestellt
    retardé
    aplazad
    ritard
    """
)
# Somebody's filter wants us to prove that a person wrote: nothing arrives until somebody does.
CHALLENGE = _any_of(
    r"""
    (?:message|mail) .{0,20}requires (?:verification|confirmation)
    confirm (?:that you|your (?:message|email|e-mail|mail)|delivery)
    verify#
    (?:please |to )(?:confirm|verify) (?:your |this )?(?:message|e-?mail|identity|address|mail)
    challenge[- ]response
    (?:message|mail) (?:is |has been )?(?:held|on hold|awaiting).{0,40}(?:confirm|verif|approv)
    bestätigen sie .{0,40}(?:nachricht|e-?mail|absender)
    spam ?(?:arrest|blocker)
    """
)
# From here on it is the mail that came back.
RETURNED = _any_of(
    r"""
    -{2,10} ?(?:this is a copy|below this line|original message|the (?:transcript|header)s? of the original)
    -{2,10} ?(?:unsent message|returned message|forwarded message|copy of|ursprüngliche nachricht|original mail)
    -{2,10} ?(?:message header|the body of the message)
    (?:the )?original message (?:headers|follows|was)
    original message:
    your (?:original )?message (?:reads|follows|is attached)
    below (?:is|this line is) (?:a|the) copy
    ursprüngliche nachrichtenkopfzeilen
    nachrichtenkopf
    return-path: ?<
    received: (?:from|by)[ ]
    """,
    before=r"^[ \t]{0,3}",
)

# How programs begin the subject of an answer of theirs.
ANSWER_SUBJECT = _any_of(
    r"""
    auto(?:matic|mated)?[ -]?(?:reply|response|answer)\s?:
    auto(?:re(?:ply|sponse))?\s?:
    out[ -]of[ -](?:the[ -])?office(?: (?:auto)?reply)?\s?:
    automatische (?:antwort|rückantwort)\s?:
    abwesenheits(?:notiz|nachricht|meldung)\s?:?
    réponse automatique\s?:
    respuesta automática\s?:
    risposta automatica\s?:
    automatisch antwoord\s?:
    autosvar\s?:
    """
)
# How absence notices begin theirs, and people who write about absences too.
AWAY_SUBJECT = _any_of(
    r"""
    out of (?:the )?office
    away from
    on vacation
    abwesen(?:heit|d)
    nicht im (?:büro|haus)
    urlaub
    absence
    fuera de la oficina
    fuori ufficio
    afwezig
    frånvaro
    """
)
# What its text says; people say some of it too.
AWAY_WORDS = _any_of(
    r"""
    out of (?:the )?office
    (?:currently|presently) (?:away|out|on|unavailable)
    on (?:annual |parental |sick )?(?:leave|vacation|holiday)
    limited access to (?:my )?e-?mail
    (?:back|return) (?:in the office )?on
    will be back
    automat(?:ed|ic) (?:reply|response)
    nicht im (?:büro|haus)
    abwesend
    im urlaub
    in (?:elternzeit|mutterschutz)
    wieder (?:im büro|erreichbar|da|zurück)
    nicht weitergeleitet
    automatische (?:antwort|nachricht)
    automatisch (?:erstellt|generiert)
    je suis absent
    en congé
    estoy fuera
    sono fuori
    """
)
