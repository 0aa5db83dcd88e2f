"""All that own words of letters can do: choose, repeat, name, and a few filters that cannot make a text grow."""

from __future__ import annotations

from django.template import Library, defaultfilters, defaulttags

TAGS = {"if": defaulttags.do_if, "for": defaulttags.do_for, "with": defaulttags.do_with, "comment": defaulttags.comment}
FILTERS = (
    "capfirst", "cut", "default", "default_if_none", "first", "last", "length", "lower", "pluralize", "title",
    "truncatechars", "truncatewords", "upper", "wordcount", "yesno",
)  # fmt: skip

register = Library()
register.tags.update(TAGS)
register.filters.update({name: defaultfilters.register.filters[name] for name in FILTERS})
