"""What the mails about text, headers and charsets say: tests/inbound/corpus/<name>.eml."""

from __future__ import annotations

from tests.inbound.expected import Expected

WORDS: dict[str, Expected] = {
    "plain": Expected("The printer is on fire", "It really is. What now?"),
    "latin1-undeclared": Expected("Störung", "Grüße aus Köln", problems=("charset-wrong",)),
    "latin1-called-utf8": Expected("Hello", "Grüße", problems=("charset-wrong",)),
    "utf8-called-latin1": Expected("Hello", "Grüße", problems=("charset-wrong",)),
    "two-charsets-in-one-text": Expected("Hello", "Größe: 3\nGröße: 4", problems=("charset-wrong",)),
    "unknown-charset": Expected("Hello", "Grüße", problems=("charset-unknown",)),
    "charset-that-is-a-trap": Expected("Hello", "a\\u0000b Grüße", problems=("charset-unknown",)),
    "japanese": Expected("Hello", "こんにちは、世界"),
    "chinese-beyond-its-charset": Expected("Hello", "你好 镕€"),
    "utf16": Expected("Hello", "Grüße"),
    "windows-quotes": Expected("Hello", "„Das geht nicht“ – warum?"),
    "nul-and-control": Expected("Nul in it", "ABC[31m red"),
    "utf7-surrogate": Expected("Hello", "Good � day"),
    "surrogates-as-bytes": Expected("Hello", "half í\xa0€ done", problems=("charset-wrong",)),
    "quoted-printable-broken": Expected("Hello", "A = B =ZZ C D"),
    "base64-with-garbage": Expected("Hello", "Hello, world", problems=("encoding-broken",)),
    "base64-in-two-pieces": Expected("Hello", "Hello world"),
    "unknown-encoding": Expected("Hello", "As it is", problems=("encoding-unknown",)),
    "subject-in-two-words": Expected("Grüße aus Köln", "x"),
    "subject-with-space-inside": Expected("Grüße aus Köln today", "x"),
    "subject-without-end": Expected("Grüße", "x"),
    "subject-raw-8bit": Expected("Störung", "x"),
    "subject-unknown-charset": Expected("plain!", "x"),
    "subject-folded-and-turned": Expected("Invoice fdp.exe now", "x"),
    "subject-missing": Expected("", "No subject at all."),
    "headers-doubled": Expected("Second", "x", also={"recipients": ("support@belay.example", "sales@belay.example")}),
    "header-line-broken": Expected("Still here", "x", problems=("headers-broken",)),
    "no-empty-line": Expected("Hello", "My text begins at once\nand goes on.", problems=("headers-broken",)),
    "no-headers": Expected(
        "", "Just words, no head.\n\nSecond paragraph.", sender="", problems=("headers-broken", "sender-missing")
    ),
    "empty": Expected("", "", sender="", problems=("sender-missing",)),
    "empty-body": Expected("Only a subject", ""),
    "mailbox-line": Expected("Hello", "x"),
    "sender-with-comma": Expected("Hello", "x", also={"name": "Berg, Anna"}),
    "sender-encoded": Expected("Hello", "x", sender="juergen@customer.example", also={"name": "Jürgen (Ops)"}),
    "sender-quoted-encoded": Expected("Hello", "x", sender="juergen@customer.example", also={"name": "Jürgen, Max"}),
    "sender-hides-another": Expected("Hello", "x", sender="mallory@evil.example", also={"name": "boss@belay.example"}),
    "sender-comment-form": Expected("Hello", "x", also={"name": "Anna Berg"}),
    "sender-broken": Expected("Hello", "x"),
    "recipients-of-every-kind": Expected(
        "Hello",
        "x",
        also={
            "recipients": (),
            "copies": ("bo@customer.example", "cy@customer.example", "dee@customer.example"),
            "delivered_to": ("support@belay.example", "hilfe@belay.example"),
            "reply_to": ("answers@customer.example",),
        },
    ),
    "ids-of-every-kind": Expected(
        "Re: Hello",
        "x",
        also={
            "message_id": "no-brackets@customer.example",
            "in_reply_to": ("a@belay.example",),
            "references": ("a@belay.example", "b@belay.example"),
        },
    ),
    "date-nonsense": Expected("Hello", "x", problems=("date-unreadable",), also={"sent_at": None}),
    "date-without-zone": Expected("Hello", "x", also={"sent_at": "2026-03-02T10:00:00+00:00"}),
    "flowed": Expected("Hello", "This line goes on here, and here."),
    "flowed-delsp": Expected("Hello", "Donaudampfschiff"),
    "html-only": Expected(
        "Hello",
        "Hello **you**,\n\nsee [this](https://customer.example/a).",
        shown=("<b>you</b>", 'rel="noopener noreferrer nofollow"'),
        hidden=("script", "onclick", "tracker", "color", "<title"),
    ),
    "html-charset-inside": Expected("Hello", "Привет", shown=("Привет",)),
    "html-links-that-run": Expected(
        "Hello", hidden=("javascript", "ascript:", "data:", "onload", "iframe", "evil.example", "<form", "<input")
    ),
    "html-too-deep": Expected("Hello", "words", shown=("words",), problems=("html-refused",)),
    "html-quote-gmail": Expected("Re: Hello", "It works now.", shown=("Does it work?",)),
    "html-quote-outlook": Expected("AW: Drucker", "Ja, geht wieder.", shown=("Geht es wieder?",)),
    "sent-on": Expected(
        "FW: End of life",
        (
            "What does this mean?\n\n-----Original Message-----\nFrom: Vendor <v@vendor.example>\n"
            "Sent: Monday\nTo: Anna\nSubject: End of life\n\nIt ends in June."
        ),
    ),
    "inline-answers": Expected(
        "Re: Hello",
        ("Anna,\n\nOn Monday, 2 Mar 2026, Support wrote:\n> Which model?\nThe X200.\n> Since when?\nSince Friday."),
    ),
    "charset-that-is-none": Expected("Hello", "Plain words", problems=("charset-unknown",)),
}
