"""What is folded away from an answer, and what never is."""

from __future__ import annotations

import pytest

from escalations.inbound.mail import strip_reply

FOLDED = {
    "gmail": (
        ("Works now.\n\nOn Mon, 2 Mar 2026 at 09:00, Support <support@belay.example> wrote:\n\n> Does it work?\n"),
        "Works now.",
    ),
    "gmail, broken line": (
        (
            "Works now.\n\nOn Mon, 2 Mar 2026 at 09:00, Support at Belay and Friends\n"
            "<support@belay.example> wrote:\n> Does it?\n"
        ),
        "Works now.",
    ),
    "apple mail": (
        ("Yes.\n\n> On 2. Mar 2026, at 09:00, Support <support@belay.example> wrote:\n> \n> Does it work?\n"),
        "Yes.",
    ),
    "thunderbird, german": (
        "Geht.\n\nAm 02.03.26 um 09:00 schrieb Support:\n> Geht es?\n\n-- \nAnna Berg\nKöln\n",
        "Geht.",
    ),
    "gmail, german, unmarked": (
        ("Geht.\n\nAm Mo., 2. März 2026 um 09:00 Uhr schrieb Support <s@belay.example>:\n\nGeht es?\n"),
        "Geht.",
    ),
    "french": ("Merci.\n\nLe lun. 2 mars 2026 à 09:00, Support <s@belay.example> a écrit :\n> Ça marche ?\n", "Merci."),
    "spanish": (
        ("Gracias.\n\nEl lun, 2 mar 2026 a las 9:00, Support (<s@belay.example>) escribió:\n> ¿Funciona?\n"),
        "Gracias.",
    ),
    "italian": (
        ("Grazie.\n\nIl giorno lun 2 mar 2026 alle ore 09:00 Support <s@b.example> ha scritto:\n> Va?\n"),
        "Grazie.",
    ),
    "dutch": ("Bedankt.\n\nOp ma 2 mrt. 2026 om 09:00 schreef Support <s@belay.example>:\n> Werkt het?\n", "Bedankt."),
    "polish": ("Działa.\n\npon., 2 mar 2026 o 09:00 Support <s@belay.example> napisał(a):\n> Czy działa?\n", "Działa."),
    "a language nobody knows": (
        ("Toimii.\n\nma 2. maalisk. 2026 klo 9.00 Support (s@belay.example) kirjoitti:\n> Toimiiko?\n"),
        "Toimii.",
    ),
    "outlook": (
        ("Fixed.\n\n-----Original Message-----\nFrom: Support\nSent: Monday\nTo: Anna\nSubject: B-1042\n\nIs it?\n"),
        "Fixed.",
    ),
    "outlook, german": (
        ("Erledigt.\n\n-----Ursprüngliche Nachricht-----\nVon: Support\nGesendet: Montag\n\nUnd?\n"),
        "Erledigt.",
    ),
    "outlook, newer": (
        (
            "Erledigt.\n\nVon: Support <s@belay.example>\nGesendet: Montag, 2. März 2026 09:00\n"
            "An: Anna Berg\nBetreff: B-1042\n\nUnd?\n"
        ),
        "Erledigt.",
    ),
    "outlook, with a rule": (
        (
            "Done.\n\n________________________________\nFrom: Support <s@belay.example>\n"
            "Sent: Monday, 2 March 2026\nTo: Anna\nSubject: x\n\nAnd?\n"
        ),
        "Done.",
    ),
    "outlook, in bold": ("Done.\n\n*From:* Support\n*Sent:* Monday\n*To:* Anna\n*Subject:* x\n\nAnd?\n", "Done."),
    "outlook, french": (
        ("Fait.\n\nDe : Support <s@b.example>\nEnvoyé : lundi 2 mars\nÀ : Anna\nObjet : x\n\nEt ?\n"),
        "Fait.",
    ),
    "iphone": (
        ("On my way.\n\nSent from my iPhone\n\n> On 2 Mar 2026, at 09:00, Support <s@b.example> wrote:\n> \n> When?\n"),
        "On my way.",
    ),
    "iphone, german": ("Bin unterwegs.\n\nVon meinem iPhone gesendet\n", "Bin unterwegs."),
    "android": ("Ok\n\nGesendet von meinem Android-Gerät mit K-9 Mail.\n", "Ok"),
    "outlook for a telephone": ("Ok\n\nGet [Outlook for iOS](https://aka.ms/o0ukef)\n", "Ok"),
    "signature": ("The printer burns.\n\n-- \nAnna Berg\nCustomer Ltd\n", "The printer burns."),
    "signature below a quote": ("Yes.\n\nOn Monday, Support wrote:\n> Well?\n\n-- \nAnna\n", "Yes."),
    "answer below": ("On Monday, 2 March, Support wrote:\n> Which model?\n\nThe X200.\n", "The X200."),
    "quote without introduction": ("Yes.\n\n> Does it work?\n> Really?\n", "Yes."),
    "only a quote": ("> Does it work?\n", ""),
    "only a quote, introduced": ("On Monday, Support wrote:\n> Does it work?\n", ""),
    "nothing": ("\n  \n", ""),
}
KEPT = {
    "answers in turn": "Hello,\n\nOn Monday, Support wrote:\n> Which model?\nThe X200.\n> Since when?\nFriday.",
    "answers in turn, no introduction": "> Which model?\nThe X200.\n> Since when?\nFriday.",
    "answers in turn, introduced": "On Monday, Support wrote:\n> Which model?\nThe X200.\n> Since when?\nFriday.",
    "something above and below": "See below.\n\nOn Monday, Support wrote:\n> Which model?\nThe X200, as I said.",
    "sent on": (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Vendor <v@vendor.example>\n"
        "Date: Mon\nSubject: End\nTo: Anna\n\nIt ends."
    ),
    "only what was sent on": "From: Vendor\nSent: Monday\nTo: Anna\nSubject: End of life\n\nIt ends in June.",
    "a list with dashes": "Three things:\n- one\n- two\n- three",
    "polite words": "Thanks,\nit works.\n\nBest regards\nAnna",
    "two fields of a form": "From: Berlin\nTo: Munich\n\nThe lorry is late.",
    "a long text below dashes": "Log:\n--\n" + "\n".join(f"line {number}" for number in range(20)),
    "wrote, in a sentence": (
        "Hello,\n\nOn Monday, our director wrote:\nnothing of the kind.\nPlease ask him: he is in Hamburg."
    ),
    "sent from a place": "The lorry was late again.\n\nSent from Hamburg on Monday, it arrived on Friday",
    "an error message": "It says:\n    Error: mailbox full\n    at 09:00:\nWhat now?",
    "a lone field": "Data:\n1, 2, 3\n\nDo: what you like",
    "only a signature": "--\nAnna Berg",
    "indented code": "Try\n    if x:\n        y()\nplease.",
}


@pytest.mark.parametrize("name", FOLDED)
def test_what_is_not_new_is_folded_away(name: str) -> None:
    text, reply = FOLDED[name]
    assert strip_reply(text) == reply
    assert strip_reply(text.replace("\n", "\r\n")) == reply


@pytest.mark.parametrize("name", KEPT)
def test_what_is_new_stays_as_it_was_written(name: str) -> None:
    assert strip_reply(KEPT[name]) == KEPT[name]


@pytest.mark.parametrize("name", FOLDED)
def test_folding_again_changes_nothing(name: str) -> None:
    reply = strip_reply(FOLDED[name][0])
    assert strip_reply(reply) == reply
