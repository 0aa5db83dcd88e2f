"""People, places and things by the names that requests may use."""

from __future__ import annotations

from rest_framework import serializers


class Person(serializers.Serializer):
    """A colleague."""

    uid = serializers.CharField(source="user.uid")
    name = serializers.CharField(source="user.name")


class Identified(serializers.Serializer):
    """A contact or an organization."""

    uid = serializers.CharField()
    name = serializers.CharField()


class Slugged(serializers.Serializer):
    """A team, topic, category, skill, outside party or reason."""

    slug = serializers.CharField()
    name = serializers.CharField()
