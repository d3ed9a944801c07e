"""One settings file; the environment decides.

Without any environment variable this is a development machine: SQLite, DEBUG on, keys made once and kept in the
data folder. Production sets DEBUG=0, SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL, CHENGYAN_FIELD_KEYS, CHENGYAN_BLIND_KEY;
`check --deploy` names what is missing (config/checks.py).
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

from config.keys import development_keys

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=True)
DATA_DIR = Path(env("CHENGYAN_DATA_DIR", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)
_keys = development_keys(DATA_DIR) if DEBUG else {}

SECRET_KEY = env("SECRET_KEY", default=_keys.get("secret_key", ""))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# key id -> base64 of 32 bytes; the last one named is used for writing, the others only for reading
CHENGYAN_FIELD_KEYS = env.dict("CHENGYAN_FIELD_KEYS", default=_keys.get("field_keys", {}))
CHENGYAN_BLIND_KEY = env("CHENGYAN_BLIND_KEY", default=_keys.get("blind_key", ""))
CHENGYAN_SEALED_DIR = Path(env("CHENGYAN_SEALED_DIR", default=str(DATA_DIR / "sealed")))
CHENGYAN_MAX_UPLOAD_MB = env.int("CHENGYAN_MAX_UPLOAD_MB", default=50)
CHENGYAN_MAX_FILES_PER_REPORT = 10
CHENGYAN_UNLOCK_MINUTES = 30
CHENGYAN_OFFICE_CODE = env("CHENGYAN_OFFICE_CODE", default="kjj")
CHENGYAN_OFFICE_NAME = env("CHENGYAN_OFFICE_NAME", default="广元市科技局")
CHENGYAN_OFFICE_NAME_EN = env("CHENGYAN_OFFICE_NAME_EN", default="Guangyuan Municipal Bureau of Science and Technology")
CHENGYAN_SITE_NAME = env("CHENGYAN_SITE_NAME", default="广元市科研诚信公开平台")
CHENGYAN_SITE_NAME_EN = env("CHENGYAN_SITE_NAME_EN", default="Guangyuan Research Integrity Portal")
CHENGYAN_SITE_URL = env("CHENGYAN_SITE_URL", default="http://127.0.0.1:8000")
# Columns of the files for the national ethics platform; empty for those shipped (ethics/platform_fields/default.toml).
CHENGYAN_PLATFORM_FIELDS = env("CHENGYAN_PLATFORM_FIELDS", default="")
# "database" needs nothing; "elasticsearch" adds an engine of version 8 to it and falls back to it (search/engines.py).
SEARCH_ENGINE = env("SEARCH_ENGINE", default="database")
SEARCH_ENGINE_URL = env("SEARCH_ENGINE_URL", default="http://127.0.0.1:9200")
SEARCH_ENGINE_PREFIX = env("SEARCH_ENGINE_PREFIX", default="chengyan")
# One key per audience, internal=…,partner=…,public=…; empty where the engine asks for none.
SEARCH_ENGINE_KEYS = env.dict("SEARCH_ENGINE_KEYS", default={})
SEARCH_ENGINE_SECONDS = 2.0  # a search waits no longer for the engine
SEARCH_ENGINE_WRITE_SECONDS = 30.0  # the worker may

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guardian",
    "simple_history",
    "django_otp",
    "axes",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "accounts",
    "casework",
    "integrity",
    "ethics",
    "notices",
    "sharing",
    "search",
    "config.apps.ProjectConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.IdleSessionMiddleware",
    "config.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.middleware.IncomingMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "config.middleware.ClosedSystemMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.NoStoreMiddleware",
    "config.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.middleware.NotFoundMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "config.context.surroundings",
            ]
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Without IMMEDIATE and WAL concurrent writers lose whole transactions ("database is locked").
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA recursive_triggers=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
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
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "notices:portal"

# Locked by name AND address together: by the name alone anyone could lock every officer out (F19).
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_CLIENT_IP_CALLABLE = "config.addresses.client_address"
AXES_SENSITIVE_PARAMETERS = ["username", "password", "otp_token"]
OTP_TOTP_ISSUER = "诚研"

SESSION_COOKIE_AGE = 30 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_HSTS_SECONDS = 0 if DEBUG else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEBUG
# Not "no-referrer": browsers then send "Origin: null" with a form, and every form would be refused.
SECURE_REFERRER_POLICY = "same-origin"
# One proxy of ours in front: it says which address asked, and whether by https.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.parsers.WholeJson"],
    "DEFAULT_PAGINATION_CLASS": "config.api.NewestFirst",
    "EXCEPTION_HANDLER": "config.api.answer_refusal",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Chengyan API",
    "VERSION": "1",
    "DESCRIPTION": "Read access to cases, decisions, credit checks and public notices, through the same door as the pages.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

SIMPLE_HISTORY_REVERT_DISABLED = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"scrub": {"()": "config.logs.ScrubFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["scrub"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
}
