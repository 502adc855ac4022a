"""Settings, all read from the environment. docs/settings.md says what each is for."""

import os
from ipaddress import ip_network
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from canyu.channels.sayings.records import PACE as WORDS_PACE
from canyu.config.bucket import pictures_of
from canyu.config.encoder import encoder_of
from canyu.config.home import home_of, is_on
from canyu.config.mail import mail_of
from canyu.config.secret import read_or_make_secret
from canyu.config.store import limits_of, store_of
from canyu.topics.rules import PACE

PACKAGE = Path(__file__).resolve().parent.parent


def _words(name: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


CANYU_DEMO = is_on(os.environ, "CANYU_DEMO")
CANYU_HOME = home_of(os.environ)
CANYU_STORY = Path(os.environ.get("CANYU_STORY") or PACKAGE / "demo" / "data" / "story.json")
CANYU_CLOCK = "canyu.demo.clock.now" if CANYU_DEMO else "canyu.journal.clock.machine_now"
CANYU_SIGNUP = os.environ.get("CANYU_SIGNUP", "open")
CANYU_HTTPS = is_on(os.environ, "CANYU_HTTPS")
# Where pages send reports; an address that the application in front of the pages answers.
CANYU_DOOR = "/door/report"
# Where pages hear of news; only `canyu door` tells any.
CANYU_LIVE = "/door/live"
# Anything but a number trusts nobody.
_proxies = os.environ.get("CANYU_PROXIES", "")
CANYU_PROXIES = int(_proxies) if _proxies.isascii() and _proxies.isdigit() else 0
# By what texts are compared.
CANYU_ENCODER = encoder_of(os.environ.get("CANYU_ENCODER", ""))
CANYU_METRICS_TOKEN = os.environ.get("CANYU_METRICS_TOKEN", "")
# The address at which mail comes in, and whose word about its sender is taken.
CANYU_MAIL_IN = os.environ.get("CANYU_MAIL_IN", "")
CANYU_MAIL_TRUST = os.environ.get("CANYU_MAIL_TRUST", "")
# Networks of one's own that facts may be sent to; what is none of them is not reached.
CANYU_WEBHOOKS_INSIDE = [
    ip_network(one) for one in os.environ.get("CANYU_WEBHOOKS_INSIDE", "").replace(",", " ").split()
]
CANYU_ORIGIN = os.environ.get("CANYU_ORIGIN", "").rstrip("/")

# The screens of a report follow from the key, and the town is the same each time. It guards
# nothing there: anybody may look around as anybody.
SECRET_KEY = os.environ.get("CANYU_SECRET_KEY") or (
    "The key under the mat of the town, for whoever comes by." * 2
    if CANYU_DEMO
    else read_or_make_secret(CANYU_HOME)
)
DEBUG = is_on(os.environ, "CANYU_DEBUG")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *_words("CANYU_HOSTS")]
CSRF_TRUSTED_ORIGINS = [CANYU_ORIGIN] if CANYU_ORIGIN else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "canyu.journal",
    "canyu.pictures",
    "canyu.members",
    "canyu.products",
    "canyu.remarks",
    "canyu.topics",
    "canyu.plan",
    "canyu.releases",
    "canyu.reports",
    "canyu.painpoints",
    "canyu.awards",
    "canyu.credits",
    "canyu.channels",
    # Before allauth: our pages for signing in stand in front of its own.
    "canyu.web",
    "canyu.api",
    "canyu.demo",
    "canyu.config",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "canyu.web.static_files.StaticFiles",
    "canyu.web.middleware.ContentPolicy",
    "canyu.web.middleware.SoundCookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "canyu.web.middleware.MemberLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "canyu.web.middleware.RefusalPages",
]
if CANYU_DEMO:
    MIDDLEWARE.insert(0, "canyu.demo.middleware.OneMoment")

ROOT_URLCONF = "canyu.config.urls"
WSGI_APPLICATION = "canyu.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "canyu.web.context.page",
            ],
        },
    },
]

DATABASES = {"default": store_of(os.environ, CANYU_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "members.Member"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("handle", "name")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "canyu.web.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
# Beside allauth's own limits: how often one member may write.
ACCOUNT_RATE_LIMITS = {**PACE, **WORDS_PACE}
ACCOUNT_FORMS = {"signup": "canyu.web.accounts.SignupForm"}
ALLAUTH_TRUSTED_PROXY_COUNT = CANYU_PROXIES
MFA_ADAPTER = "canyu.web.accounts.PasskeyAdapter"
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not CANYU_HTTPS

# Mail to people: off where there is no server, and where links would lead nowhere.
_mail = mail_of(os.environ.get("CANYU_MAIL", ""))
CANYU_MAIL_FROM = _mail.sender if _mail and CANYU_ORIGIN else ""
EMAIL_BACKEND = _mail.backend if _mail else "django.core.mail.backends.dummy.EmailBackend"
if _mail:
    EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.is_starttls, _mail.is_tls
EMAIL_TIMEOUT = 20

LANGUAGE_CODE = os.environ.get("CANYU_LANGUAGE", "en")
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LANGUAGE_COOKIE_NAME = "canyu_language"
LANGUAGE_COOKIE_AGE = 31_536_000
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("CANYU_TIME_ZONE", "UTC")

STATIC_URL = "static/"
MEDIA_ROOT = CANYU_HOME / "pictures"
STORAGES = {
    "default": pictures_of(os.environ),
    "staticfiles": {"BACKEND": "canyu.web.storage.StaticStorage"},
}
# Found straight in the packages, so that no step of collecting stands before a first start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

SESSION_ENGINE = "canyu.web.sessions"
SESSION_COOKIE_NAME = "canyu_session"
SESSION_COOKIE_SECURE = CANYU_HTTPS
CSRF_COOKIE_SECURE = CANYU_HTTPS
CSRF_FAILURE_VIEW = "canyu.web.views.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if CANYU_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CANYU_HTTPS else None
X_FRAME_OPTIONS = "DENY"

CACHES = {"default": limits_of(os.environ)}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "canyu.config.logs.AsJson"},
    },
    "filters": {"no_addresses": {"()": "canyu.config.logs.NoAddresses"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if os.environ.get("CANYU_LOG_FORMAT") == "json" else "line",
            "filters": ["no_addresses"],
        }
    },
    "root": {"handlers": ["stderr"], "level": os.environ.get("CANYU_LOG", "WARNING")},
}
