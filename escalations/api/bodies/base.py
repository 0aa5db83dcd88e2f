"""Fields and bodies that several verbs share."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from escalations.api.fields import Body, Choice, Named, Text
from escalations.files.uploads import uploaded
from escalations.models import Agent, words


class Severity(Choice):
    """1 critical, 2 high, 3 medium, 4 low."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(list(words.SEVERITIES.items()), **kwargs)


class Level(serializers.IntegerField):
    """The number of a level of the procedure."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=99, **kwargs)


class Words(Body):
    """Words of a person on a case."""

    text = Text()


class WordsAndFiles(Words):
    """The same as a form, with files; a JSON body has none."""

    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), required=False)

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        return values | {"files": [uploaded(file) for file in values.get("files", [])]}


class NoteWords(Words):
    """Words for colleagues, and who is told of them."""

    mentioned = serializers.ListField(
        child=Named(slug_field="user__uid", queryset=Agent.objects.active().select_related("user")),
        required=False,
        help_text="The uids of colleagues who are told; whoever stands in the text as @Name is told as well.",
    )


class NoteWordsAndFiles(NoteWords, WordsAndFiles):
    """The same as a form, with files; a JSON body has none."""


NOTE_WORDS = {"application/json": NoteWords, "multipart/form-data": NoteWordsAndFiles}
WORDS = {"application/json": Words, "multipart/form-data": WordsAndFiles}


class Because(Body):
    """A reason in words, kept as an internal note."""

    reason = Text()
