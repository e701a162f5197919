"""All settings, in one flat file; docs/configuration.md has the table of what the environment sets."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from feedback_site.environment import (
    AMAZON_SES,
    MAIL_PROVIDERS,
    SHORTEST_SECRET,
    Environment,
    has_holidays,
    has_package,
    is_address,
    is_currency,
    is_hard_to_guess,
    is_phone_region,
    is_private_or_encrypted,
    is_time_zone,
    kept_secret,
    leaves_days,
)

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()
EMBEDDED = env.embedded
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
if EMBEDDED:
    (VAR_DIR / "static").mkdir(parents=True, exist_ok=True)

# --- The organisation -------------------------------------------------------------------------
ORGANISATION_NAME = env.needed("ORGANISATION_NAME", "Kesher Demo Ltd", "the name that customers see")
TIME_ZONE = env.needed("TIME_ZONE", "Asia/Jerusalem", "the zone of a 'day' in reports, as Asia/Jerusalem")
LANGUAGE_CODE = env.needed("DEFAULT_LANGUAGE", "en", "'he' or 'en'")
CURRENCY = env.needed("CURRENCY", "ILS", "the reporting currency, as ILS")
PHONE_REGION = env.str("PHONE_REGION", default="IL").strip().upper()  # of telephone numbers in texts that have no country code
SITE_URL = env.needed("SITE_URL", "http://127.0.0.1:8000", "the address in mails, as https://feedback.example").rstrip("/")
FROM_EMAIL = DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.needed("FROM_EMAIL", "feedback@kesher.example", "the sender of mails")
env.always(not TIME_ZONE or is_time_zone(TIME_ZONE), f"TIME_ZONE {TIME_ZONE!r} is no IANA time zone, as Asia/Jerusalem")
env.always(LANGUAGE_CODE in ("", "he", "en"), f"DEFAULT_LANGUAGE {LANGUAGE_CODE!r} is neither 'he' nor 'en'")
env.always(is_phone_region(PHONE_REGION), f"PHONE_REGION {PHONE_REGION!r} is no country. Set it to its two letters, as IL, or leave it out")
env.always(not CURRENCY or is_currency(CURRENCY), f"CURRENCY {CURRENCY!r} is no ISO 4217 code, as ILS")
env.always(not FROM_EMAIL or is_address(FROM_EMAIL), "FROM_EMAIL is no e-mail address, as feedback@company.example")
env.check(not SITE_URL or SITE_URL.startswith("https://"), "SITE_URL must begin with https://: links in mails carry tokens")

# --- What the definitions of the figures leave to the organisation (docs/metrics.md) -----------
LEAST_ACCOUNTS = env.number("LEAST_ACCOUNTS", 10, least=5, most=10_000)  # over fewer an association says nothing
ACCOUNT_PROMOTER_FROM = env.number("ACCOUNT_PROMOTER_FROM", 8.5, least=0, most=10)
ACCOUNT_DETRACTOR_BELOW = env.number("ACCOUNT_DETRACTOR_BELOW", 6.5, least=0, most=10)
ANNUAL_DISCOUNT_RATE = env.number("ANNUAL_DISCOUNT_RATE", 0.10, least=0, most=10)
CLV_HORIZON_QUARTERS = env.number("CLV_HORIZON_QUARTERS", 12, least=1, most=400)
ANONYMITY_THRESHOLD = env.number("ANONYMITY_THRESHOLD", 5, least=3, most=1000)  # respondents that anonymous results need
DAYS_BETWEEN_INVITATIONS = env.number("DAYS_BETWEEN_INVITATIONS", 30, least=0, most=3660)
MOST_INVITATIONS_A_YEAR = env.number("MOST_INVITATIONS_A_YEAR", 0, least=0, most=366)  # 0: no limit
MOST_OPEN_INVITATIONS = env.number("MOST_OPEN_INVITATIONS", 0, least=0, most=366)
SILENT_DAYS = env.number("SILENT_DAYS", 30, least=0, most=3660)  # of a key account; 0: nobody is told
env.always(ACCOUNT_DETRACTOR_BELOW <= ACCOUNT_PROMOTER_FROM, "ACCOUNT_DETRACTOR_BELOW exceeds ACCOUNT_PROMOTER_FROM")

# --- Safety -------------------------------------------------------------------------------------
SECRET_KEY = env.needed("SECRET_KEY", kept_secret(VAR_DIR / "secret_key") if EMBEDDED else "", "a long random text; it signs every link")
_weak = f"SECRET_KEY can be guessed: take at least {SHORTEST_SECRET} random characters, as `openssl rand -base64 48` gives them"
env.check(not SECRET_KEY or is_hard_to_guess(SECRET_KEY), _weak)
DEBUG = env.bool("DEBUG", default=False)
env.check(not DEBUG, "DEBUG is on: it shows settings and data to anyone who meets an error")
_hosts = env.needed("ALLOWED_HOSTS", "127.0.0.1,localhost,testserver", "the host names, with commas")
ALLOWED_HOSTS = [host.strip() for host in _hosts.split(",") if host.strip()]
env.check(not _hosts or bool(ALLOWED_HOSTS), "ALLOWED_HOSTS names no host")
env.check("*" not in ALLOWED_HOSTS, "ALLOWED_HOSTS must not be '*': a forged Host header would end up in mails")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL] if SITE_URL.startswith("https://") else [])
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not EMBEDDED
SECURE_HSTS_SECONDS = 0 if EMBEDDED else 31_536_000
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_HTTPONLY = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Applications ---------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "auditlog",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "feedback_site",
    "surveys",
    "analytics",
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
    "feedback_site.access.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "feedback_site.urls"
WSGI_APPLICATION = "feedback_site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "feedback_site.shell.context",
            ],
        },
    }
]
FILTERS_EMPTY_CHOICE_LABEL = _("all")
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database -------------------------------------------------------------------------------------
DATABASE_URL = env.needed("DATABASE_URL", f"sqlite:///{VAR_DIR / 'kesher.sqlite3'}", "as postgres://user:password@host:5432/name")
DATABASE_URL = env.address("DATABASE_URL", DATABASE_URL, "postgres postgresql sqlite")
DATABASES = {"default": env.db_url_config(DATABASE_URL or "sqlite:///:memory:")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    env.check(not DATABASE_URL, "DATABASE_URL is SQLite: production needs PostgreSQL")
    # Immediate transactions and a write-ahead log: web server and worker write at the same time.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 10}}  # for each process; the web server has 8 threads
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # a restarted database has cut the lines that lie in the pool

# --- Queue ----------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.needed("BROKER_URL", "filesystem://localhost", "as redis://host:6379/0 or amqp://user:password@host")
CELERY_BROKER_URL = env.address("BROKER_URL", CELERY_BROKER_URL, "redis rediss amqp amqps filesystem")
if CELERY_BROKER_URL.startswith("filesystem"):
    env.check(False, "BROKER_URL is the file system: production needs Valkey, Redis or RabbitMQ")
    QUEUE_DIR = VAR_DIR / "queue"
    (QUEUE_DIR / "control").mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR),
        "data_folder_out": str(QUEUE_DIR),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.2,
    }
else:
    # A page that gives a hint must not hang while the broker is away; a worker has its own, endless patience.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
    if CELERY_BROKER_URL.startswith("redis"):
        CELERY_BROKER_TRANSPORT_OPTIONS["socket_connect_timeout"] = 2
        # Limits on logins and on the API then count over all processes of the web server.
        waits = {"socket_connect_timeout": 2, "socket_timeout": 2}
        CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CELERY_BROKER_URL, "OPTIONS": waits}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
# The sweeps: whatever no hint came for is found here. Every task is safe to run twice at once.
CELERY_BEAT_SCHEDULE = {
    "send due mails": {"task": "surveys.distribution.tasks.send_due_mails", "schedule": 20.0, "options": {"expires": 20}},
    "note abandoned mails": {"task": "surveys.distribution.tasks.note_abandoned_mails", "schedule": 60.0, "options": {"expires": 60}},
    "run schedules": {"task": "surveys.distribution.tasks.run_schedules", "schedule": 300.0, "options": {"expires": 300}},
    "remind": {"task": "surveys.distribution.tasks.remind_due", "schedule": 300.0, "options": {"expires": 300}},
    "read bounce mailbox": {"task": "surveys.distribution.tasks.read_bounce_mailbox", "schedule": 60.0, "options": {"expires": 60}},
    "tell account managers": {"task": "surveys.followup.tasks.tell_account_managers", "schedule": 300.0, "options": {"expires": 300}},
    "score texts": {"task": "analytics.text.tasks.score_waiting_texts", "schedule": 20.0, "options": {"expires": 20}},
    "apply themes": {"task": "analytics.text.tasks.apply_themes", "schedule": 20.0, "options": {"expires": 20}},
    "train models": {"task": "analytics.text.tasks.train_waiting_models", "schedule": 30.0, "options": {"expires": 30}},
    "suggest themes": {"task": "analytics.text.tasks.suggest_themes", "schedule": 60.0, "options": {"expires": 60}},
    "take texts up for search": {"task": "analytics.text.tasks.index_waiting_texts", "schedule": 10.0, "options": {"expires": 10}},
    "roll up": {"task": "analytics.linkage.tasks.refresh_rollups", "schedule": 30.0, "options": {"expires": 30}},
    "run imports": {"task": "feedback_site.imports.tasks.run_waiting_imports", "schedule": 30.0, "options": {"expires": 30}},
}

# --- Mail -----------------------------------------------------------------------------------------
# The embedded default hands its mail, by real SMTP, to the local mailbox that `make run` starts.
MAILBOX_PORT = env.number("MAILBOX_PORT", 8025, least=1, most=65_535)
MAILBOX_DIR = VAR_DIR / "mailbox" if EMBEDDED else None
# Through a provider's own interface where one is named (django-anymail), otherwise by SMTP.
MAIL_PROVIDER = env.str("MAIL_PROVIDER", default="").lower()
env.always(not MAIL_PROVIDER or MAIL_PROVIDER in MAIL_PROVIDERS, f"MAIL_PROVIDER must be one of {', '.join(MAIL_PROVIDERS)}")
_boto_is_there = MAIL_PROVIDER != AMAZON_SES or has_package("boto3")
env.always(_boto_is_there, "MAIL_PROVIDER amazon_ses needs the package boto3: .venv/bin/uv pip install boto3")
_mail_timeout = env.number("EMAIL_TIMEOUT", 20, least=1, most=600)
ANYMAIL: dict[str, Any] = {
    **env.beginning_with("ANYMAIL_"),
    "IGNORE_UNSUPPORTED_FEATURES": True,  # not every provider takes a return path; the mark travels with the mail too
    "REQUESTS_TIMEOUT": _mail_timeout,
    # boto3 would ask again by itself after a time-out, and perhaps send a mail twice.
    "AMAZON_SES_CLIENT_PARAMS": {
        "config": {"retries": {"total_max_attempts": 1}, "connect_timeout": _mail_timeout, "read_timeout": _mail_timeout}
    },
}
_password_is_set = ":" in ANYMAIL.get("WEBHOOK_SECRET", "")
env.check(not MAIL_PROVIDER or _password_is_set, "ANYMAIL_WEBHOOK_SECRET is not set: as name:password, which the provider's webhooks carry")
EMAIL_URL = env.needed("EMAIL_URL", f"smtp://127.0.0.1:{MAILBOX_PORT}", "as smtp+tls://user:password@host:587")
EMAIL_URL = env.address("EMAIL_URL", EMAIL_URL, "smtp smtp+tls smtp+ssl")
_email = env.email_url_config(EMAIL_URL or "smtp://localhost")
EMAIL_BACKEND = f"anymail.backends.{MAIL_PROVIDER}.EmailBackend" if MAIL_PROVIDER else _email["EMAIL_BACKEND"]
if MAIL_PROVIDER:
    INSTALLED_APPS.append("anymail")
EMAIL_HOST, EMAIL_PORT = _email["EMAIL_HOST"], _email["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_USER"] or "", _email["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _email.get("EMAIL_USE_TLS", False), _email.get("EMAIL_USE_SSL", False)
BOUNCE_ADDRESS = env.needed("BOUNCE_ADDRESS", "bounces@kesher.example", "where mails that can not be delivered go back to")
env.always(not BOUNCE_ADDRESS or is_address(BOUNCE_ADDRESS), "BOUNCE_ADDRESS is no e-mail address, as bounces@company.example")
BOUNCE_MAILBOX_URL = env.address("BOUNCE_MAILBOX_URL", env.str("BOUNCE_MAILBOX_URL", default=""), "imaps imap imap+tls")
SOFT_BOUNCES = env.number("SOFT_BOUNCES", 3, least=1, most=100)
SOFT_BOUNCE_DAYS = env.number("SOFT_BOUNCE_DAYS", 30, least=1, most=3660)
# When mails go. Embedded, at any hour: who tries the product at night wants to see the mail.
SENDING_HOURS = env.hours("SENDING_HOURS", default="" if EMBEDDED else "8-20")
WORKING_DAYS = env.weekdays("WORKING_DAYS", default="" if EMBEDDED else "sun,mon,tue,wed,thu")
HOLIDAYS_OF = env.str("HOLIDAYS_OF", default="" if EMBEDDED else "IL").upper()
env.always(not HOLIDAYS_OF or has_holidays(HOLIDAYS_OF), f"HOLIDAYS_OF {HOLIDAYS_OF!r} is no country whose holidays are known, as IL")
env.always(
    leaves_days(WORKING_DAYS, HOLIDAYS_OF, SENDING_HOURS),
    "WORKING_DAYS, SENDING_HOURS and HOLIDAYS_OF leave no time for mails: with IL, none goes on Shabbat nor after 13:00 on its eve."
    " Name another day in WORKING_DAYS, as sun",
)
MAILS_A_MINUTE = env.number("MAILS_A_MINUTE", 0, least=0, most=1_000_000)  # 0: no limit
MAILS_A_MINUTE_PER_DOMAIN = env.counts("MAILS_A_MINUTE_PER_DOMAIN")
SCANNER_SECONDS = env.number("SCANNER_SECONDS", 10, least=0, most=600)
EMAIL_TIMEOUT = _mail_timeout

# --- Reading texts --------------------------------------------------------------------------------
# A text-generating model as one more engine; off while no address is set.
TEXT_ENDPOINT_URL = env.address("TEXT_ENDPOINT_URL", env.str("TEXT_ENDPOINT_URL", default="").rstrip("/"), "https http")
TEXT_ENDPOINT_MODEL = env.str("TEXT_ENDPOINT_MODEL", default="").strip()
TEXT_ENDPOINT_KEY = env.str("TEXT_ENDPOINT_KEY", default="").strip()
TEXT_ENDPOINT_LANGUAGES = env.languages("TEXT_ENDPOINT_LANGUAGES")
TEXT_ENDPOINT_TIMEOUT = env.number("TEXT_ENDPOINT_TIMEOUT", 20, least=1, most=20)  # seconds
env.always(
    not TEXT_ENDPOINT_URL or is_private_or_encrypted(TEXT_ENDPOINT_URL),
    "TEXT_ENDPOINT_URL must begin with https://: what customers write goes there; http:// only to localhost, a private address"
    " or a host name without a dot",
)
_endpoint_is_whole = bool(TEXT_ENDPOINT_MODEL and TEXT_ENDPOINT_LANGUAGES)
env.always(not TEXT_ENDPOINT_URL or _endpoint_is_whole, "TEXT_ENDPOINT_URL needs TEXT_ENDPOINT_MODEL and TEXT_ENDPOINT_LANGUAGES, as ar,ru")
env.always(TEXT_ENDPOINT_KEY.isascii() and TEXT_ENDPOINT_KEY.isprintable(), "TEXT_ENDPOINT_KEY holds characters that no key has")

# --- Login ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "feedback_site.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "feedback_site.access.adapter.InvitedUsersOnly"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Kesher"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # administrators give the addresses
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = EMBEDDED
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

# --- Languages ------------------------------------------------------------------------------------
USE_I18N = USE_TZ = True
LANGUAGES = [("en", _("English")), ("he", _("Hebrew"))]
FORMAT_MODULE_PATH = ["feedback_site.formats"]
LOCALE_PATHS = [BASE_DIR / "feedback_site" / "locale"]

# --- Files ----------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [("vendor", VAR_DIR / "vendor")]
MEDIA_ROOT = VAR_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

# --- API ------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 100,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "NUM_PROXIES": 1 if SECURE_PROXY_SSL_HEADER else 0,  # whose word about the sender's address is taken
    "DEFAULT_THROTTLE_RATES": {"user": "600/min", "upsert": "120/min"},
}
REST_KNOX = {"TOKEN_TTL": None, "TOKEN_LIMIT_PER_USER": 20}
SPECTACULAR_SETTINGS = {
    "TITLE": "Kesher API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {"SentimentLabelEnum": "analytics.text.models.Sentiment.Label"},
}

# --- Log ------------------------------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
_levels = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
env.always(LOG_LEVEL in _levels, f"LOG_LEVEL must be one of {', '.join(_levels)}")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"django.server": {"level": "WARNING"}, "flufl.bounce": {"level": "WARNING"}},
}

env.refuse()
