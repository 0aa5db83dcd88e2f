"""What a template says to people, in each language it is written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"


def _read(name: str) -> tuple[str, str]:
    """Title and text of a file in Markdown."""
    title, text = (FOLDER / name).read_text(encoding="utf-8").split("\n\n", 1)
    return title.removeprefix("# "), text


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one language: levels by how many there are, as name and what is done; duties in their order."""

    templates: Mapping[str, str]
    levels: Mapping[int, tuple[tuple[str, str], ...]]
    purpose: str
    note: str
    duties: tuple[str, ...]
    training: tuple[str, str]


ENGLISH = Wording(
    templates={
        "office": "Four levels, office hours",
        "always": "Four levels around the clock",
        "small": "Small team: two levels",
    },
    levels={
        4: (
            ("Front line", "Answers, collects what is known, and solves what an article covers"),
            ("Specialists", "Find the cause and mend it, or know who can"),
            ("Department management", "Decides on people, money and dates"),
            ("Executives", "Speak for the company, and decide what nobody below may"),
        ),
        2: (
            ("Support", "Answers, finds the cause and solves"),
            ("Management", "Decides on people, money and dates, and speaks for the company"),
        ),
    },
    purpose=(
        "This procedure says how the case of a customer comes to whoever can solve or decide it, so that no case waits "
        "because nobody felt responsible. It covers questions, faults and complaints of all customers, by whichever "
        "way they come in.\n\nAt every moment one person is accountable, and the customer sees who has the case and "
        "when the next news comes."
    ),
    note="From a template",
    duties=(
        "Looks every morning at what is due next, so that no case that meets a criterion waits.",
        "Compares the case with the criteria whenever it is touched, and escalates at once when one of them is met.",
        "Is asked what the fault means for the business, and may ask for escalation at any time.",
        "Sees to it that nothing stays untriaged beyond its target, and redirects what came to the wrong people.",
        "Acknowledges, confirms the severity, and accepts, declines with advice, or returns what lacks something.",
        "Completes a brief that was returned within the same working day.",
        "Hears with the acknowledgement who has the case now and when the next news comes.",
        "Answers for the progress, writes the plan, and says in good time when it will not hold.",
        "Looks for the cause, and writes down what was found and what was ruled out.",
        "Answers requests by the agreed day, and is reminded by whoever asked.",
        "Hears from a person at the promised time, also when there is nothing new to tell.",
        "Decides that it is solved, and names the cause and what prevents it next time.",
        "Carries out the plan, tells the customer what was done, and stays reachable until it is confirmed.",
        "Confirms that it is solved, or says what is not.",
        "Turns what was learnt into a change of this procedure, or writes down why it stays as it is.",
        "Writes the review: what happened, the cause, and who does what about it until when.",
        "Reads the review, corrects it, and turns what helps others into an article.",
    ),
    training=_read("training-en.md"),
)

GERMAN = Wording(
    templates={
        "office": "Vier Stufen, Bürozeiten",
        "always": "Vier Stufen rund um die Uhr",
        "small": "Kleines Team: zwei Stufen",
    },
    levels={
        4: (
            ("Erste Linie", "Antwortet, sammelt, was bekannt ist, und löst, was ein Artikel abdeckt"),
            ("Fachleute", "Finden und beheben die Ursache oder wissen, wer es kann"),
            ("Abteilungsleitung", "Entscheidet über Menschen, Geld und Termine"),
            ("Geschäftsleitung", "Spricht für das Unternehmen und entscheidet, was darunter niemand darf"),
        ),
        2: (
            ("Support", "Antwortet, findet die Ursache und löst"),
            ("Leitung", "Entscheidet über Menschen, Geld und Termine und spricht für das Unternehmen"),
        ),
    },
    purpose=(
        "Dieses Verfahren sagt, wie der Fall eines Kunden zu denen kommt, die ihn lösen oder entscheiden können, damit "
        "kein Fall liegen bleibt, weil sich niemand zuständig fühlt. Es gilt für Fragen, Störungen und Beschwerden "
        "aller Kunden, auf welchem Weg sie auch eingehen.\n\nIn jedem Augenblick ist genau eine Person verantwortlich, "
        "und der Kunde sieht, wer den Fall hat und wann die nächste Nachricht kommt."
    ),
    note="Aus einer Vorlage",
    duties=(
        "Sieht jeden Morgen durch, was als Nächstes fällig ist, damit kein Fall wartet, der ein Kriterium erfüllt.",
        "Vergleicht den Fall bei jeder Bearbeitung mit den Kriterien und eskaliert sofort, wenn eines erfüllt ist.",
        "Wird gefragt, was die Störung für das Geschäft bedeutet, und darf jederzeit um Eskalation bitten.",
        "Sorgt dafür, dass nichts länger als vorgesehen ungesichtet bleibt, und leitet um, was falsch ankam.",
        "Bestätigt, prüft den Schweregrad und nimmt an, lehnt mit Rat ab oder gibt zurück, was unvollständig ist.",
        "Ergänzt eine zurückgegebene Übergabe noch am selben Arbeitstag.",
        "Erfährt mit der Bestätigung, wer den Fall jetzt hat und wann die nächste Nachricht kommt.",
        "Steht für den Fortgang ein, schreibt den Plan und sagt rechtzeitig, wenn er nicht hält.",
        "Sucht die Ursache und schreibt auf, was gefunden und was ausgeschlossen wurde.",
        "Beantwortet Anfragen bis zum vereinbarten Tag und wird von den Fragenden erinnert.",
        "Hört zur versprochenen Zeit von einem Menschen, auch wenn es nichts Neues gibt.",
        "Entscheidet, dass der Fall gelöst ist, und nennt die Ursache und was sie künftig verhindert.",
        "Führt den Plan aus, sagt dem Kunden, was getan wurde, und bleibt bis zur Bestätigung erreichbar.",
        "Bestätigt, dass es gelöst ist, oder sagt, was fehlt.",
        "Macht aus dem Gelernten eine Änderung dieses Verfahrens oder schreibt auf, warum es bleibt, wie es ist.",
        "Schreibt den Rückblick: was geschah, die Ursache, und wer bis wann was dagegen tut.",
        "Liest den Rückblick, berichtigt ihn und macht aus dem, was anderen hilft, einen Artikel.",
    ),
    training=_read("training-de.md"),
)

BY_LANGUAGE: Mapping[str, Wording] = {"en": ENGLISH, "de": GERMAN}


def wording(language: str) -> Wording:
    """The texts of this language, such as “de” or “de-at”; English for every other one."""
    return BY_LANGUAGE.get(language.partition("-")[0], ENGLISH)
