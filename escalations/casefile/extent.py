"""How much of a case somebody wants to read: programs all of it, a page the newest part of what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from escalations.casefile.reading import CaseReading
from escalations.models.events import Told

EVERYTHING = "all"
# What can be shown alone, by the sort of its entries.
SORTS = {"messages": ("message",), "notes": ("note",), "events": ("event",)}
AROUND = 20  # entries after the one that a link leads to


@dataclass(frozen=True, slots=True)
class Extent:
    """`show` is all, messages, notes or events; `most` entries before the one of number `before`, the newest ones.

    A link to one `entry` that is older than those shows it among its neighbours. `is_whole` includes clocks that ended
    and scripts.
    """

    show: str = EVERYTHING
    most: int | None = None
    before: int | None = None
    entry: int | None = None
    is_whole: bool = True


WHOLE = Extent()


@dataclass(frozen=True, slots=True)
class Window:
    """The events that are shown, in order; `earlier` and `later` say that there are more on either side."""

    events: Sequence[Told]
    earlier: bool = False
    later: bool = False

    @property
    def first(self) -> int:
        """The number of the first entry, before which the earlier ones are; 0 without any."""
        return self.events[0].seq if self.events else 0


def window(reading: CaseReading, extent: Extent) -> Window:
    """The part of what happened that is wanted."""
    sorts = SORTS.get(extent.show)
    found = [event for event in reading.events if not sorts or sort_of(reading, event) in sorts]
    if extent.most is None:
        return Window(found)
    end = _end(found, extent, extent.most)
    start = max(end - extent.most, 0)
    return Window(found[start:end], earlier=start > 0, later=end < len(found))


def _end(found: Sequence[Told], extent: Extent, most: int) -> int:
    """The place after the last entry that is shown."""
    end = len(found)
    if extent.before is not None:
        return sum(event.seq < extent.before for event in found)
    place = sum(event.seq <= extent.entry for event in found) if extent.entry else end
    return end if place > end - most else min(place + AROUND, end)


def sort_of(reading: CaseReading, event: Told) -> str:
    """What an entry is: a message (public), a note (internal) or an event."""
    said = reading.messages.get(str(event.data.get("message", "")))
    if said is None:
        return "event"
    return "message" if said.is_public else "note"
