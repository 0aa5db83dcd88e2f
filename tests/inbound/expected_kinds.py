"""What the mails about machines, lists and people say: tests/inbound/corpus/<name>.eml."""

from __future__ import annotations

from tests.inbound.expected import Expected

KINDS: dict[str, Expected] = {
    "bounce-standard": Expected(
        "Undelivered Mail Returned to Sender",
        "Your mail could not be delivered.",
        kind="bounce",
        sender="mailer-daemon@mx.customer.example",
        attachments=(("attachment-1.txt", "message/delivery-status", None), ("B-1042.eml", "message/rfc822", None)),
        bounce=(("bo@customer.example",), "5.1.1", True, "550 5.1.1 No such user", ("out1@belay.example",)),
    ),
    "bounce-delayed": Expected(
        "Delayed Mail (still being retried)",
        "Still trying.",
        kind="bounce",
        sender="mailer-daemon@mx.customer.example",
        attachments=(("attachment-1.txt", "message/delivery-status", None), ("B-1042.eml", "message/rfc822", None)),
        bounce=(("bo@customer.example",), "4.4.1", False, None, ("out1@belay.example",)),
    ),
    "bounce-gave-up-on-a-full-mailbox": Expected(
        "Undelivered Mail Returned to Sender",
        "Your mail could not be delivered.",
        kind="bounce",
        sender="mailer-daemon@mx.customer.example",
        attachments=(("attachment-1.txt", "message/delivery-status", None), ("B-1042.eml", "message/rfc822", None)),
        bounce=(("bo@customer.example",), "4.2.2", True, None, ("out1@belay.example",)),
    ),
    "bounce-of-some": Expected(
        "Undelivered Mail Returned to Sender",
        "Your mail could not be delivered.",
        kind="bounce",
        sender="mailer-daemon@mx.customer.example",
        attachments=(("attachment-1.txt", "message/delivery-status", None), ("B-1042.eml", "message/rfc822", None)),
        bounce=(("cy@customer.example",), "5.2.1", True, None, ("out1@belay.example",)),
    ),
    "report-of-success": Expected(
        "Successful Mail Delivery Report",
        "It was passed on.",
        kind="auto_reply",
        sender="mailer-daemon@mx.customer.example",
        attachments=(("attachment-1.txt", "message/delivery-status", None), ("B-1042.eml", "message/rfc822", None)),
    ),
    "bounce-with-head-only": Expected(
        "Undelivered Mail Returned to Sender",
        "Your mail could not be delivered.",
        kind="bounce",
        sender="mailer-daemon@mx.customer.example",
        attachments=(
            ("attachment-1.txt", "message/delivery-status", None),
            ("attachment-2.txt", "text/rfc822-headers", None),
        ),
        bounce=(("bo@customer.example",), "5.0.0", True, None, ("out2@belay.example",)),
    ),
    "bounce-exchange-german": Expected(
        "Unzustellbar: B-1042",
        "Ihre Nachricht an bo@customer.example konnte nicht zugestellt werden.",
        kind="bounce",
        sender="microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@customer.example",
        attachments=(("attachment-1.txt", "message/delivery-status", None),),
        bounce=(("bo@customer.example",), "5.1.10", True, "550 5.1.10 RESOLVER.ADR.RecipientNotFound", ()),
    ),
    "bounce-exchange-text": Expected(
        "Unzustellbar: B-1042",
        kind="bounce",
        sender="postmaster@customer.example",
        bounce=(
            ("bo@customer.example",),
            "5.4.1",
            True,
            "550 5.4.1 Recipient address rejected: Access denied",
            ("out1@belay.example",),
        ),
    ),
    "bounce-qmail": Expected(
        "failure notice",
        kind="bounce",
        sender="mailer-daemon@mx.customer.example",
        bounce=(
            ("bo@customer.example",),
            "5.1.1",
            True,
            "Remote host said: 550 5.1.1 unknown user",
            ("out1@belay.example",),
        ),
    ),
    "bounce-exim": Expected(
        "Mail delivery failed: returning message to sender",
        kind="bounce",
        sender="mailer-daemon@mx.customer.example",
        bounce=(("bo@customer.example",), "", True, "550 Mailbox unavailable", ("out1@belay.example",)),
    ),
    "bounce-exim-warning": Expected(
        "Warning: message 1abC delayed 24 hours",
        kind="bounce",
        sender="mailer-daemon@mx.customer.example",
        bounce=(("bo@customer.example",), "", False, None, ()),
    ),
    "bounce-postfix-old": Expected(
        "Undelivered Mail Returned to Sender",
        kind="bounce",
        sender="mailer-daemon@mx.customer.example",
        bounce=(("bo@customer.example",), "5.2.2", True, None, ()),
    ),
    "bounce-notes": Expected(
        "DELIVERY FAILURE: User bo not listed in Domino Directory",
        kind="bounce",
        sender="postmaster@customer.example",
        bounce=(("bo@customer.example",), "", True, None, ()),
    ),
    "bounce-yahoo": Expected(
        "Failure Notice",
        kind="bounce",
        sender="mailer-daemon@mx.customer.example",
        bounce=(("bo@customer.example",), "", True, None, ("out1@belay.example",)),
    ),
    "bounce-gmail": Expected(
        "Delivery Status Notification (Failure)",
        kind="bounce",
        sender="mailer-daemon@mail.example",
        bounce=(
            ("bo@customer.example",),
            "5.1.1",
            True,
            "550 5.1.1 The email account that you tried to reach does not exist.",
            (),
        ),
    ),
    "bounce-of-no-form": Expected(
        "Hmm", "...", kind="bounce", sender="mailer-daemon@mx.customer.example", bounce=((), "", True, None, ())
    ),
    "bounce-challenge": Expected(
        "Re: B-1042 (please confirm your message)",
        kind="bounce",
        bounce=(("anna@customer.example",), "", False, None, ("out1@belay.example",)),
    ),
    "bounce-sent-on-by-a-person": Expected(
        "Fwd: failure notice",
        (
            "What is this?\n\nHi. This is the qmail-send program at mx.customer.example.\n"
            "<bo@customer.example>: user unknown"
        ),
    ),
    "postmaster-is-a-person": Expected(
        "Hello", "We cannot open the portal since Monday.", sender="postmaster@customer.example"
    ),
    "complaint": Expected(
        "FW: B-1042",
        "An abuse report.",
        kind="complaint",
        sender="fbl@provider.example",
        attachments=(("attachment-1.txt", "message/feedback-report", None), ("B-1042.eml", "message/rfc822", None)),
        also={"returned_ids": ("out1@belay.example",)},
    ),
    "report-not-of-abuse": Expected(
        "Hello",
        "A failure report.",
        kind="auto_reply",
        sender="dmarc@provider.example",
        attachments=(("attachment-1.txt", "message/feedback-report", None),),
    ),
    "read-receipt": Expected(
        "Read: B-1042",
        "Your message was read.",
        kind="auto_reply",
        attachments=(("attachment-1.txt", "message/disposition-notification", None),),
    ),
    "away-by-standard": Expected("Whatever", "I am away.", kind="auto_reply", also={"auto_submitted": "auto-replied"}),
    "away-exchange-german": Expected(
        "Automatische Antwort: B-1042", "Ich bin bis Freitag nicht im Büro.", kind="auto_reply"
    ),
    "away-by-old-sign": Expected("Hello", "Gone fishing.", kind="auto_reply"),
    "away-by-precedence": Expected("Hello", "Gone fishing.", kind="auto_reply"),
    "away-subject-only-words": Expected(
        "Out of office telephone does not work", "Nobody answers the out-of-hours line. Please help."
    ),
    "answer-to-an-absence-notice": Expected("Re: Automatic reply: B-1042", "I am back, here is the log."),
    "outlook-suppresses-answers": Expected("Hello", "A person wrote this."),
    "auto-submitted-no": Expected("Hello", "A person wrote this.", also={"auto_submitted": "no"}),
    "meeting-accepted": Expected(
        "Accepted: Review",
        "I will be there.\n\n[REPLY] Review",
        kind="auto_reply",
        attachments=(("attachment-1.ics", "text/calendar", None),),
    ),
    "newsletter": Expected(
        "News", "Our news.", kind="list", sender="news@shop.example", also={"list_id": "News <news.shop.example>"}
    ),
    "newsletter-old": Expected("Hello", "Our news.", kind="list", sender="news@shop.example"),
    "person-through-a-list": Expected("Hello", "Does anybody know why the portal is down?"),
    "person-in-a-thread-with-unsubscribe": Expected("Re: B-1042", "Yes, please."),
    "our-own-notice": Expected(
        "Hello",
        "B-1042 is due.",
        kind="loop",
        sender="support@belay.example",
        also={"auto_submitted": "auto-generated"},
    ),
    "absence-as-a-topic": Expected(
        "Absence cannot be entered", "The field Absence is empty since Monday. I am on leave from Friday on."
    ),
    "outlook-writes-of-urlaub": Expected("Urlaub wird nicht gespeichert", "Das Feld bleibt leer."),
    "vacation-with-null-sender": Expected(
        "Out of office", "Back next week. Your message was not delivered to anybody else.", kind="auto_reply"
    ),
    "a-machine-of-the-customer": Expected(
        "Alarm mx1", "Alarm: mailbox is full on host mx1, user unknown.", sender="noreply@monitoring.customer.example"
    ),
    "postmaster-asks-about-bounces": Expected(
        "Question about your mails",
        "Since Monday we see 550 5.1.1 user unknown when you write to us. Why?",
        sender="postmaster@customer.example",
    ),
    "person-asks-to-confirm": Expected(
        "Please confirm your message", "Please confirm your message of Monday, we need it in writing."
    ),
}
