"""The first page: who are you?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from escalations.models.people import Agent


def landing(request: HttpRequest) -> HttpResponse:
    """Sends those who are signed in to their door and shows the doors to everybody else."""
    if not request.user.is_authenticated:
        return render(request, "landing.html")
    if Agent.objects.active().filter(user=request.user).exists():
        return redirect("desk:home")
    return redirect("/portal/")
