"""What the mails about parts, files and their names say: tests/inbound/corpus/<name>.eml."""

from __future__ import annotations

from tests.inbound.expected import Expected

PARTS: dict[str, Expected] = {
    "name-continued": Expected(
        "Hello", "See attached.", attachments=(("Bericht über 2026.pdf", "application/pdf", 14),)
    ),
    "name-latin1-extended": Expected("Hello", "See attached.", attachments=(("Grüße.pdf", "application/pdf", 14),)),
    "name-in-encoded-words": Expected("Hello", "See attached.", attachments=(("Grüße.pdf", "application/pdf", 14),)),
    "name-raw-8bit": Expected("Hello", "See attached.", attachments=(("Grüße.pdf", "application/pdf", 14),)),
    "name-with-path": Expected("Hello", "See attached.", attachments=(("passwd", "application/pdf", 14),)),
    "name-with-windows-path": Expected("Hello", "See attached.", attachments=(("report.pdf", "application/pdf", 14),)),
    "name-turned": Expected("Hello", "See attached.", attachments=(("invoicefdp.exe", "application/pdf", 14),)),
    "name-of-a-device": Expected("Hello", "See attached.", attachments=(("_con.txt", "application/pdf", 14),)),
    "name-missing": Expected("Hello", "See attached.", attachments=(("attachment-1.pdf", "application/pdf", 14),)),
    "name-of-dots": Expected("Hello", "See attached.", attachments=(("attachment-1.pdf", "application/pdf", 14),)),
    "name-too-long": Expected(
        "Hello",
        "See attached.",
        attachments=(
            (
                (
                    "ÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜ"
                    "ÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜ.pdf"
                ),
                "application/pdf",
                14,
            ),
        ),
    ),
    "name-with-control": Expected("Hello", "See attached.", attachments=(("ab c_d_.pdf", "application/pdf", 14),)),
    "alternative-related-mixed": Expected(
        "Hello",
        "See the picture.",
        attachments=(("p.png", "image/png", 13, True), ("a.pdf", "application/pdf", 14)),
        shown=('src="cid:pic@1"',),
        hidden=("none@1", 'href="cid'),
    ),
    "alternative-plain-is-empty": Expected("Hello", "Only here.", shown=("Only here.",)),
    "text-between-files": Expected("Hello", "Before.\n\nAfter.", attachments=(("1.png", "image/png", 13),)),
    "mail-in-a-mail": Expected(
        "Hello", "As an attachment.", attachments=(("Grüße - today.eml", "message/rfc822", None),)
    ),
    "boundary-missing": Expected(
        "Hello", "Still read.", attachments=(("a.pdf", "application/pdf", 14),), problems=("boundary-missing",)
    ),
    "boundary-never-closed": Expected(
        "Hello", "First.", attachments=(("a.pdf", "application/pdf", 14),), problems=("boundary-unclosed",)
    ),
    "multipart-without-parts": Expected("Hello", "Only words.", problems=("boundary-missing",)),
    "boundary-with-signs": Expected("Hello", "Read."),
    "part-without-head": Expected("Hello", "No head here."),
    "nested-too-deep": Expected("Hello", problems=("nested-too-deep",)),
    "too-many-parts": Expected(
        "Hello", "Words.", attachments=None, problems=("too-many-attachments", "too-many-parts")
    ),
    "calendar-invite": Expected(
        "Invitation",
        ("Please come.\n\n[REQUEST] Quarterly review, all of us · 2026-12-04 09:00 Europe/Berlin · Room 5"),
        attachments=(("attachment-1.ics", "text/calendar", None),),
        shown=("Please come.",),
    ),
    "calendar-only": Expected(
        "Hello", "[CANCEL] Review · 2026-12-04 09:00 UTC", attachments=(("meeting.ics", "text/calendar", None),)
    ),
    "signed-pgp": Expected(
        "Hello", "Signed words.", attachments=(("signature.asc", "application/pgp-signature", None),)
    ),
    "encrypted-pgp": Expected(
        "Hello",
        "",
        attachments=(
            ("attachment-1.asc", "application/pgp-encrypted", None),
            ("encrypted.asc", "application/octet-stream", None),
        ),
        problems=("encrypted",),
    ),
    "signed-smime": Expected("Hello", "Signed too.", attachments=(("smime.p7s", "application/pkcs7-signature", 2),)),
    "encrypted-smime": Expected(
        "Hello", "", attachments=(("smime.p7m", "application/pkcs7-mime", 3),), problems=("encrypted",)
    ),
    "uuencoded-part": Expected("Hello", "See.", attachments=(("a.bin", "application/octet-stream", 3),)),
    "text-file-is-a-file": Expected(
        "Hello", "See the log.", attachments=(("app.log", "text/plain", 8), ("page.html", "text/html", 8))
    ),
    "type-nonsense": Expected("Hello", "Read anyway."),
    "related-root-last": Expected("Hello", "Words", attachments=(("l.png", "image/png", 13, True),), shown=("Words",)),
    "amp-version-left-out": Expected("Hello", "Words.", shown=("Words.",)),
    "winmail": Expected(
        "Hello",
        "Words outside.",
        attachments=(("Bericht größer.docx", "application/msword", 12), ("picü.png", "application/octet-stream", 8)),
    ),
    "winmail-alone": Expected(
        "Hello",
        "Words in the package: Grüße",
        attachments=(("Bericht größer.docx", "application/msword", 12), ("picü.png", "application/octet-stream", 8)),
    ),
    "winmail-cut": Expected(
        "Hello",
        "Words outside.",
        attachments=(("winmail.dat", "application/ms-tnef", 331),),
        problems=("tnef-unreadable",),
    ),
    "uuencoded-torn": Expected(
        "Hello", "See.", attachments=(("a.bin", "application/octet-stream", None),), problems=("encoding-broken",)
    ),
}
