"""The Celery application: beat ticks, workers run the shims of `escalations.tasks`.

The database is the queue; a lost, doubled or late message changes nothing but latency.
"""

import os
from typing import Any

from celery import Celery, signals
from django.utils.module_loading import import_string
from kombu.transport import redis

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# What a worker had not finished is not put back when it closes: the next tick finds the same rows. Putting back is what
# kombu's channel dies of, and the worker with it, when Redis goes away while a task is at work.
redis.Channel.do_restore = False

app = Celery("belay")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def adopt_beat_schedule(**_: Any) -> None:
    """Take the schedule that stands beside the tasks.

    By name and on this signal, because this module is imported with the settings, long before models can be.
    """
    app.conf.beat_schedule = import_string("escalations.tasks.BEAT_SCHEDULE")


signals.import_modules.connect(adopt_beat_schedule)
