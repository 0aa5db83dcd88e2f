"""Cases that belong together, and one that becomes two, for programs."""

from __future__ import annotations

from escalations.actions import links, merging, splitting
from escalations.api.acts.base import Act
from escalations.api.bodies import joining as bodies
from escalations.api.documents import asking
from escalations.rules.vocabulary import Verb

ACTS = (
    Act(
        Verb.LINK,
        bodies.Link,
        links.link,
        "Link the case to another one",
        (asking("A duplicate", {"other": "B-1042", "kind": "duplicate"}),),
    ),
    Act(Verb.UNLINK, bodies.Unlink, links.unlink, "Take a link away, from either side"),
    Act(
        Verb.MERGE,
        bodies.Merge,
        merging.merge,
        "Let the case go on in another one; there is no way back",
        (asking("Into another", {"into": "B-1042", "text": "Both are about the same collector."}),),
    ),
    Act(
        Verb.SPLIT,
        bodies.Split,
        splitting.split,
        "Split off a part of the case as a new one",
        (asking("Two entries", {"messages": [4, 7], "subject": "The invoice of March"}),),
    ),
)
