"""Prometheus asks here, with the bearer token of METRICS_TOKEN; for everybody else there is no such page."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from escalations.reports.gauges import gauges

PREFIX = "belay"


class Rows:
    """What Prometheus collects: read from the rows at the moment it asks, so that every process says the same."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for gauge in gauges(timezone.now()):
            family = GaugeMetricFamily(f"{PREFIX}_{gauge.name}", gauge.meaning, labels=gauge.labels)
            for labels, number in gauge.values:
                family.add_metric(labels, number)
            yield family


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Every number in the text format of Prometheus."""
    if not _may_read(request):
        raise Http404
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Rows())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _may_read(request: HttpRequest) -> bool:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and scheme.lower() == "bearer" and constant_time_compare(token.strip(), wanted)
