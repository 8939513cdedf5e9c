"""All settings, from the environment (docs/configuration.md) with defaults for a laptop."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.logging import logging_config
from config.navigation import unfold

django_stubs_ext.monkeypatch()  # ModelAdmin[Model] at runtime

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
VAR_DIR.mkdir(exist_ok=True)

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# Tests and type checks load these settings too; they get a laptop's defaults without any environment.
_is_pytest = "pytest" in sys.modules
_is_check = _is_pytest or "mypy" in sys.modules

DEBUG = env.bool("DEBUG", default=_is_check)


def _secrets(name: str, recipe: str, *, on_a_laptop: str) -> list[str]:
    """Return a variable's comma separated values; without DEBUG none is a start-up error that says what to do."""
    values = [value.strip() for value in env.str(name, default="").split(",") if value.strip()]
    if not values and not DEBUG:
        raise ImproperlyConfigured(
            f"{name} is not set. Set it in the environment or in .env; this makes one: "
            f'python -c "{recipe}" (on a laptop DEBUG=on does without).'
        )
    return values or [on_a_laptop]


SECRET_KEY = ",".join(
    _secrets(
        "SECRET_KEY",
        "import secrets; print(secrets.token_urlsafe(50))",
        on_a_laptop="for-a-laptop-only",
    )
)
FIELD_ENCRYPTION_KEYS = _secrets(
    "FIELD_ENCRYPTION_KEYS",
    "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())",
    on_a_laptop="Zm9yLWEtbGFwdG9wLW9ubHktMzItYnl0ZXMtbG9uZyE=",
)
ALLOWED_API_HOSTS = env.list(
    "ALLOWED_API_HOSTS", default=["api.c1st.com", "app.deltateq.com", "api.uniconta.com"]
)
if DEBUG:
    ALLOWED_API_HOSTS = [*ALLOWED_API_HOSTS, "127.0.0.1", "localhost", "::1"]  # the sandbox
# hosts that messages about problems may be posted to; nothing is posted anywhere else
ALLOWED_ALERT_HOSTS = env.list("ALLOWED_ALERT_HOSTS", default=[])
ALERT_EMAILS = env.list("ALERT_EMAILS", default=[])  # the operator's
ALERT_URL = env.str("ALERT_URL", default="")
RETENTION_DAYS = {  # of each class of rows; documents, links and what needs a person stay for ever
    "deliveries": env.int("RETENTION_DELIVERIES_DAYS", default=90),
    "steps": env.int("RETENTION_STEPS_DAYS", default=180),
    "jobs": env.int("RETENTION_JOBS_DAYS", default=400),
    "sweeps": env.int("RETENTION_SWEEPS_DAYS", default=180),
    "calls": env.int("RETENTION_CALLS_DAYS", default=60),
    "problems": env.int("RETENTION_PROBLEMS_DAYS", default=180),
}
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
if not PUBLIC_BASE_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured(
        f"PUBLIC_BASE_URL is “{PUBLIC_BASE_URL}”; it must begin with https:// or http://."
    )
RETRY_TIME_SCALE = env.float("RETRY_TIME_SCALE", default=1.0)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or [
    host for host in (urlsplit(PUBLIC_BASE_URL).hostname, "127.0.0.1", "localhost") if host
]

INSTALLED_APPS = [
    "unfold",  # before the admin, whose templates it replaces
    "unfold.contrib.filters",
    "unfold.contrib.simple_history",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "simple_history",
    "django_q",
    "settings_app",
    "syncjobs",
]
if DEBUG:
    INSTALLED_APPS.append("sandbox")  # its commands only; production never has it

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "settings_app.admin.shop_time.ShopTime",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
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

_database_url = env.str("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'c1st-uniconta.sqlite3'}")
if _is_pytest:  # never the database that DATABASE_URL names; the services lane gives its own
    _database_url = env.str("TEST_DATABASE_URL", default="") or "sqlite:///:memory:"
DATABASES = {"default": environ.Env.db_url_config(_database_url)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL lets readers and the one writer work side by side; IMMEDIATE takes the writer's place at the
    # start of a transaction, so that it waits instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
        "PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Measured: see docs/developer.md. Our rows repeat and back off; the queue only wakes workers.
Q_CLUSTER = {
    "name": "c1u",
    "orm": "default",
    "broker_class": "syncjobs.broker.RingingBroker",  # on PostgreSQL a message rings
    "workers": env.int("Q_WORKERS", default=4),
    "queue_limit": 4,
    "bulk": 1,
    "poll": 0.05,  # on SQLite, which cannot
    "timeout": 600,
    "retry": 3600,
    "max_attempts": 1,
    "ack_failures": True,
    "save_limit": -1,
    "catch_up": False,
    "recycle": 500,
    "max_rss": 300_000,
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
SESSION_COOKIE_AGE = 8 * 3600

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("da", _("Danish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"  # pages of the admin: settings_app.admin.shop_time
USE_TZ = True
FORMAT_MODULE_PATH = "config.formats"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True  # serves the admin's files without a collectstatic step
WHITENOISE_AUTOREFRESH = DEBUG

UNFOLD = unfold()

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default=f"sync@{urlsplit(PUBLIC_BASE_URL).hostname}")

SIMPLE_HISTORY_REVERT_DISABLED = (
    True  # the library's way; ours asks for a reason and touches no secret
)
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True  # people say why at any length
SIMPLE_HISTORY_ENFORCE_HISTORY_MODEL_PERMISSIONS = True

# https in PUBLIC_BASE_URL switches on what only makes sense behind TLS.
_https = PUBLIC_BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL] if _https else []
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # probed without a proxy
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOG_FORMAT = env.str("LOG_FORMAT", default="text")
if LOG_FORMAT not in {"text", "json"}:
    raise ImproperlyConfigured(f"LOG_FORMAT is “{LOG_FORMAT}”; it must be text or json.")
LOGGING = logging_config(LOG_FORMAT)
