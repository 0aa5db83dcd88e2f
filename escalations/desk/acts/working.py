"""The work on an escalation: findings, plan, requests, scripts."""

from __future__ import annotations

from collections.abc import Mapping

from escalations.desk.acts.base import Act

ACTS: Mapping[str, Act] = {}
