"""Kinds of values that requests and answers are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from escalations.models import words

LONGEST_TEXT = 50_000


class Instant(serializers.DateTimeField):
    """A moment, always told in UTC; one that comes without an offset is taken for UTC.

    What is sent lies between 1970 and 2999, so that it can be counted from and told in every time zone.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def to_internal_value(self, value: Any) -> datetime:
        instant = super().to_internal_value(value)
        if not 1970 <= instant.year < 3000:
            raise serializers.ValidationError(_("Choose a moment between 1970 and 2999."), "out_of_range")
        return instant


class Text(serializers.CharField):
    """Words of a person. `remedy` is the code of the sentence that says what to do when there are none."""

    def __init__(self, remedy: str = "text_missing", **kwargs: Any) -> None:
        missing = words.REMEDIES[remedy]
        kwargs.setdefault("max_length", LONGEST_TEXT)
        super().__init__(error_messages={"required": missing, "blank": missing, "null": missing}, **kwargs)


class Choice(serializers.ChoiceField):
    """One of the codes of the vocabulary."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        wrong = words.REMEDIES["unknown_choice"]
        super().__init__(choices, error_messages={"invalid_choice": wrong}, **kwargs)


@extend_schema_field(OpenApiTypes.STR)
class Named(serializers.SlugRelatedField):
    """A row named by one of its public words."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = words.REMEDIES["unknown_choice"]
        super().__init__(error_messages={"does_not_exist": wrong, "invalid": wrong}, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        # PostgreSQL cannot even look for a zero byte.
        if not isinstance(data, str) or "\x00" in data:
            self.fail("invalid")
        return super().to_internal_value(data)


class Body(serializers.Serializer):
    """What a request says. Names it does not know are refused: a typing error must not pass for silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError(
                    {
                        name: serializers.ErrorDetail(str(_("There is no such field here.")), "unknown_field")
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)

    def arguments(self) -> dict[str, Any]:
        """What the action is called with, beside case, actor, instant and key."""
        return dict(self.validated_data)


class BodyShape(OpenApiSerializerExtension):
    """The document says that unknown names are refused, too."""

    target_class = Body
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        shape = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**shape, "additionalProperties": False}


class Empty(Body):
    """A request that needs no words."""
