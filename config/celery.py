"""The Celery application: beat ticks, workers run the shims of `escalations.tasks`.

The database is the queue; a lost, doubled or late message changes nothing but latency.
"""

import os
from typing import Any

from celery import Celery, signals
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("belay")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def adopt_beat_schedule(**_: Any) -> None:
    """Take the schedule that stands beside the tasks.

    By name and on this signal, because this module is imported with the settings, long before models can be.
    """
    app.conf.beat_schedule = import_string("escalations.tasks.BEAT_SCHEDULE")


signals.import_modules.connect(adopt_beat_schedule)
