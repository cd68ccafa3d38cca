"""One settings file; everything that differs between machines comes from the environment.

docs/operations.md lists each variable with its default.
"""

from __future__ import annotations

import sys
from pathlib import Path

from django.utils.translation import gettext_lazy

from core import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var")))
DEBUG = env.flag("DEBUG")
TESTING = "pytest" in sys.modules
# Embedded: one process on SQLite, the default of `make run`. Production names its engines.
EMBEDDED = not env.url("DATABASE_URL").startswith("postgres")

if not EMBEDDED and not DEBUG and not env.text("SECRET_KEY") and not TESTING:
    raise SystemExit("SECRET_KEY is not set: production does not start without it.")
SECRET_KEY = env.kept_secret("SECRET_KEY", DATA_DIR)
EVIDENCE_KEY = env.kept_secret("EVIDENCE_KEY", DATA_DIR)
EVIDENCE_KEY_ID = env.text("EVIDENCE_KEY_ID", "k1")

ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
SITE_URL = env.site("SITE_URL", f"http://127.0.0.1:{env.port()}")
SECURE = SITE_URL.startswith("https://")
PRODUCT_NAME = env.text("PRODUCT_NAME", "huaweicrm")
DEMO_NOW = env.moment("DEMO_NOW")
# The registry reads it too, before there are settings, and keeps it within 1 and 5.
SWEEP_S = env.number("SWEEP_S", 5, least=None)
METRICS_TOKEN = env.text("METRICS_TOKEN")

HUAWEICRM_REGISTRY = "huaweicrm.registry"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_filters",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "core",
    "accounts",
    "relationships",
    "expectations",
    "service",
    "huaweicrm",
]

MIDDLEWARE = [
    "core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.requestlog.RequestLogMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.sessions.TwoDoorSessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "core.sessions.People",
    "core.sessions.SessionGuard",
    "core.middleware.PreferencesMiddleware",
    "core.once.OnceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "core.middleware.RefusalMiddleware",
    "core.htmx.DialogRedirects",
]

ROOT_URLCONF = "huaweicrm.urls"
WSGI_APPLICATION = "huaweicrm.wsgi.application"

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
                "core.context.shell",
            ],
            "libraries": {"i18n": "core.templatetags.words"},
        },
    },
]

FORM_RENDERER = "core.widgets.Widgets"

DATABASES = {"default": env.database(env.url("DATABASE_URL"), DATA_DIR)}
# Off where a pooler gives each transaction another connection.
PREPARED_STATEMENTS = env.flag("PREPARED_STATEMENTS", default=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in [
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    ]
]
# Invitations to the portal end by their own date (policy portal.invitation_d) within this bound.
PASSWORD_RESET_TIMEOUT = 14 * 86400
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_ADAPTER = "core.accounts_adapter.ClosedSignupAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_RATE_LIMITS = {
    "login": "20/m/ip" if not TESTING else "1000/m/ip",
    "login_failed": "200/m/ip",  # the lockout in the database is stricter: core.signin
}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody makes us write to strangers
MFA_ADAPTER = "core.accounts_adapter.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "core.forms_signin.AuthenticateForm",
    "reauthenticate": "core.forms_signin.ReauthenticateForm",
}
# Administrators and compliance officers must set up a second step.
TWO_STEP_FORCED = env.flag("TWO_STEP_FORCED", default=not (DEBUG or TESTING))
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = PRODUCT_NAME
# Accounts are made by an administrator, so an unconfirmed address hides nobody.
MFA_ALLOW_UNVERIFIED_EMAIL = True
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_COOKIE_AGE = 8 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.pages.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
PORTAL_COOKIE_NAME = "__Host-portal" if SECURE else "portal"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_SSL_REDIRECT = SECURE and env.flag("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = ["^(healthz|readyz|metrics)$"]  # asked inside, where nobody speaks TLS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SECURE else []
if env.flag("TRUSTED_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}

LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", "zh-hans", [code for code, _name in LANGUAGES])
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.time_zone("TIME_ZONE", "Asia/Shanghai")
USE_I18N = USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(DATA_DIR / "files"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG or TESTING
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        ),
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

EMAIL_URL = env.url("EMAIL_URL")
globals().update(env.mail(EMAIL_URL))
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "huaweicrm@localhost")

REDIS_URL = env.redis("REDIS_URL")
CACHES = {
    "default": (
        {"BACKEND": "core.softcache.SoftRedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    ),
}
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 3600, "socket_connect_timeout": 2}
    if REDIS_URL
    else {"polling_interval": 0.05}
)

FILTERS_EMPTY_CHOICE_LABEL = gettext_lazy("Any")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "core.api.authentication.TokenAuthentication",
        "core.api.authentication.StaffSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.permissions.ScopePermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.BoundedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "core.api.paging.CursorPage",
    "DEFAULT_FILTER_BACKENDS": ["core.api.filters.StrictFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.Schema",
    "EXCEPTION_HANDLER": "core.api.problems.problem_response",
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttles.UserThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "user": "300/min" if not TESTING else "100000/min",
        "export": "10/hour",
    },
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": True,
    "DATETIME_FORMAT": "iso-8601",
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{PRODUCT_NAME} API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["core.api.schema.only_ours"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.api.examples.with_examples",
    ],
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
}

# Whether subdomains are https as well is for their owner to say. The library i18n is ours on
# purpose, see TEMPLATES.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "templates.W003"]

LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "core.logs.LineFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.choice("LOG_LEVEL", "INFO", LEVELS)},
    # Without handlers of their own: Django's would print addresses and mail whole requests.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
        "django.request": {"level": "ERROR"},
        # A scanner's Host is no fault of ours; the line of the request says 400.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
    },
}
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
