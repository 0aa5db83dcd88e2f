"""The logs of the web server: it has handlers of its own, and writes the address of every request it fails on."""

from __future__ import annotations

import logging
from typing import Any

from gunicorn.glogging import Logger

from config.logs import Wrapped


class WebLogs(Logger):
    """gunicorn's logger; no secret gets into its errors, nor into the access log where somebody switches that on."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                handler.setFormatter(Wrapped(handler.formatter or logging.Formatter()))
