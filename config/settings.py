"""One settings file; what differs between installations comes from the environment.

Variables: BELAY_HOME, BELAY_URL, BELAY_HTTPS, BELAY_HSTS_SUBDOMAINS, BELAY_BEHIND_PROXY, SECRET_KEY, DEBUG,
ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS, DATABASE_URL, DATABASE_POOL, REDIS_URL, EMAIL_URL, MAIL_FROM, LOG_LEVEL,
MAX_ATTACHMENT_MB, MAX_ATTACHMENTS, MAIL_ATTACHMENTS_MB, MAIL_MAX_MB, MAIL_CASES_PER_HOUR, MAIL_MESSAGES_PER_HOUR.
Without any of them Belay runs by itself on SQLite, a filesystem broker and mail written to files, all below BELAY_HOME.

For signing in (docs/sign-in.md): OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_NAME let staff in through a
provider of the company; BELAY_BEHIND_PROXY decides how the address of whoever guesses passwords is read.

For whoever watches over it: AUDITOR_MAILS (addresses with commas; told of what the auditor finds, past the queue of
notices), HEARTBEAT_URL (called after each look of the auditor that found nothing wrong), METRICS_TOKEN (opens /metrics
to whoever shows it as a bearer token; without it there is no such page).
"""

from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import home
from config.signin.settings import *  # noqa: F403

# Lets classes say what they are about, as in ModelForm[Any]; Django's own cannot at run time.
django_stubs_ext.monkeypatch()

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
BELAY_HOME = home.prepare(Path(env.str("BELAY_HOME", default=str(BASE_DIR / "var"))))
BELAY_URL: str = env.str("BELAY_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}").rstrip("/")

# --- who may talk to us -----------------------------------------------------------------------------------------------
DEBUG: bool = env.bool("DEBUG", default=False)
SECRET_KEY: str = env.str("SECRET_KEY", default="") or home.secret_key(BELAY_HOME)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

HTTPS: bool = env.bool("BELAY_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Of the host of BELAY_URL, which seldom has any; whoever serves one without https says no.
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and env.bool("BELAY_HSTS_SUBDOMAINS", default=True)
# A place on the browsers' lists is given for a whole domain and for years: its owner asks for that, no program does.
SECURE_HSTS_PRELOAD = False
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
# Only then is anything believed that a proxy says of a request: its protocol, and where it came from.
BEHIND_PROXY: bool = env.bool("BELAY_BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# --- what is installed ------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config.apps.PlatformConfig",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "unfold.contrib.simple_history",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "django_fsm",
    "django_htmx",
    "csp",
    "simple_history",
    "rest_framework",
    "drf_spectacular",
    "customers",
    "knowledgebase",
    "escalations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "config.seeing.SeeingMiddleware",
    "config.middleware.StandingMiddleware",
    "config.middleware.NudgeMiddleware",
    "config.middleware.AdminCspMiddleware",
    "config.signin.second_factor.SecondFactorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # The last one: what it answers instead is still spoken in the reader's language.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- where things are kept --------------------------------------------------------------------------------------------
# ATOMIC_REQUESTS stays off: with IMMEDIATE transactions every GET would take SQLite's write lock.
SQLITE_OPTIONS: dict[str, Any] = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=2000"
    ),
}
# One pool per process; 0 switches it off, as pgbouncer in transaction mode needs.
POOL_SIZE: int = env.int("DATABASE_POOL", default=8)
POSTGRESQL_OPTIONS: dict[str, Any] = (
    {"pool": {"min_size": min(2, POOL_SIZE), "max_size": POOL_SIZE, "timeout": 10}} if POOL_SIZE else {}
)

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **env.db_url("DATABASE_URL", default=f"sqlite:///{BELAY_HOME / 'belay.sqlite3'}"),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }
}
SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
DATABASES["default"]["OPTIONS"] = (SQLITE_OPTIONS if SQLITE else POSTGRESQL_OPTIONS) | DATABASES["default"].get(
    "OPTIONS", {}
)
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = not POOL_SIZE
# A file, never memory: tests use threads, and threads must see the same database.
DATABASES["default"]["TEST"] = {"NAME": str(BELAY_HOME / "test.sqlite3") if SQLITE else "test_belay"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What several processes must know at once: how often something was tried, and which one-time codes are used up. The
# database is there anyway: whoever signs in needs no broker, and nobody has to set up anything else.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "belay_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

# --- people -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "customers.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# How they sign in is a file of its own: config/signin/settings.py.
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "landing"
LOGOUT_REDIRECT_URL = "login"

# --- words and time ---------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- files of our own and of others -----------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BELAY_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.staticfiles.VendorFilesFinder",
]
# Name we serve -> file of a package that `npm ci` installed; named one by one, never a whole folder.
VENDOR_FILES = {
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "vendor/inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "jpg", "jpeg", "png", "gif", "webp", "woff", "woff2", "gz", "br"]
# Never served by an address of its own: escalations/files looks at who asks.
MEDIA_ROOT = BELAY_HOME / "files"
FILE_UPLOAD_HANDLERS = [
    "escalations.files.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_TEMP_DIR = BELAY_HOME / "uploads"
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
MAX_ATTACHMENT_MB: int = env.int("MAX_ATTACHMENT_MB", default=20)
MAX_ATTACHMENTS: int = env.int("MAX_ATTACHMENTS", default=20)  # of one message
MAIL_ATTACHMENTS_MB: int = env.int("MAIL_ATTACHMENTS_MB", default=10)  # all files of a mail together

# --- mail -------------------------------------------------------------------------------------------------------------
EMAIL_FILE_PATH = BELAY_HOME / "mail"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_TIMEOUT = 10
if env.str("EMAIL_URL", default=""):
    globals().update(env.email_url("EMAIL_URL"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default="Belay <belay@localhost>")
# Mail that comes in: how large one may be to be kept whole, and what one address may do within an hour by mail.
MAIL_MAX_MB: int = env.int("MAIL_MAX_MB", default=50)
MAIL_CASES_PER_HOUR: int = env.int("MAIL_CASES_PER_HOUR", default=20)
MAIL_MESSAGES_PER_HOUR: int = env.int("MAIL_MESSAGES_PER_HOUR", default=30)

# --- whoever watches over it ------------------------------------------------------------------------------------------
AUDITOR_MAILS: list[str] = env.list("AUDITOR_MAILS", default=[])
HEARTBEAT_URL: str = env.str("HEARTBEAT_URL", default="")
METRICS_TOKEN: str = env.str("METRICS_TOKEN", default="")

# --- clockwork --------------------------------------------------------------------------------------------------------
REDIS_URL: str = env.str("REDIS_URL", default="")
QUEUE = BELAY_HOME / "queue"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT = "" if REDIS_URL else "config.filequeue:Transport"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"visibility_timeout": 3600, "socket_connect_timeout": 0.5, "socket_timeout": 5}
    if REDIS_URL
    else {
        # In and out are the same folder: the one who sends is the one who receives.
        "data_folder_in": str(QUEUE / "messages"),
        "data_folder_out": str(QUEUE / "messages"),
        "control_folder": str(QUEUE / "control"),
        "store_processed": False,
        "processed_folder": str(QUEUE / "processed"),
        "polling_interval": 0.2,
    }
)
CELERY_BROKER_CONNECTION_TIMEOUT = 0.5
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker may be away for a night: whoever gave up would stay silent
CELERY_TASK_IGNORE_RESULT = True
# A tick is done with when it is taken: the next one finds the same rows, and a worker that had to answer for a finished
# one to a Redis that went away meanwhile would die of it.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

# --- the other doors --------------------------------------------------------------------------------------------------
REST_FRAMEWORK: dict[str, Any] = {
    # Basic stands first: the first one says how a program that did not sign in is asked to.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "escalations.api.authentication.Basic",
        "escalations.api.authentication.Bearer",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["escalations.api.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "escalations.api.problems.explain",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Belay",
    "DESCRIPTION": "Cases, their escalations and their clocks.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "CaseState": "escalations.api.documents.CASE_STATES",
        "ClockState": "escalations.api.documents.CLOCK_STATES",
        "ClockKind": "escalations.api.documents.CLOCK_KINDS",
        "EscalationState": "escalations.api.documents.ESCALATION_STATES",
        "StepKind": "escalations.api.documents.STEP_KINDS",
        "ManualReason": "escalations.api.documents.MANUAL_REASON_CHOICES",
        "Reason": "escalations.api.documents.REASONS",
        "AskReason": "escalations.api.documents.ASK_REASONS",
    },
}
UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Belay",
    "SITE_HEADER": "Belay",
    "SITE_SYMBOL": "anchor",
    "SHOW_VIEW_ON_SITE": False,
    # The colour of the house (static/css/tokens.css, --rope), from light to dark.
    "COLORS": {
        "primary": {
            "50": "#f0f9f8",
            "100": "#e2f1f0",
            "200": "#bfe0de",
            "300": "#8ecac7",
            "400": "#4fc3bf",
            "500": "#1a8f8c",
            "600": "#0b6e6e",
            "700": "#085757",
            "800": "#0a4747",
            "900": "#0b3a3a",
            "950": "#042424",
        }
    },
    "DASHBOARD_CALLBACK": "escalations.admin.navigation.dashboard",
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "escalations.admin.navigation.sections",
    },
}

# --- what is said -----------------------------------------------------------------------------------------------------
LOG_LEVEL: str = env.str("LOG_LEVEL", default="INFO")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "config.logs.WithoutSecrets",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False},
        "django.server": {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False},
        # Celery says each received and finished task; beat's ticks would drown everything else.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        # It would say each sign-in twice; who has to wait is a warning.
        "axes": {"level": "WARNING"},
        # It would say whole addresses, and some of them are secrets.
        "urllib3": {"level": "WARNING"},
    },
}
