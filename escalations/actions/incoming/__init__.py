"""What mail does: kept first, then understood; only messages speak, everything else is on record."""

from escalations.actions.incoming.acting import act, open_as_case
from escalations.actions.incoming.finishing import Thread

__all__ = ["Thread", "act", "open_as_case"]
