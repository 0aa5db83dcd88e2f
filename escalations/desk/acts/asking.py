"""Customers who ask for escalation, as the staff answers them."""

from __future__ import annotations

from collections.abc import Mapping

from escalations.desk.acts.base import Act

ACTS: Mapping[str, Act] = {}
