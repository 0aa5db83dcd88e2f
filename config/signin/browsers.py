"""What a browser says of itself, as people call it."""

from __future__ import annotations

from django.utils.translation import gettext as _

# The first that is named wins: most of them claim to be the ones below as well.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}
SHORT = 60


def in_words(user_agent: str) -> str:
    """“Firefox on Linux”; whatever calls itself otherwise is quoted, shortened."""
    browser = next((name for sign, name in BROWSERS.items() if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return user_agent[:SHORT] or _("a program without a name")
