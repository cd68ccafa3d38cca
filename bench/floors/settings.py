"""The product's settings, with the floors' template engine and a counter that must be asked for."""

from huaweicrm.settings import *  # noqa: F403
from huaweicrm.settings import INSTALLED_APPS, MIDDLEWARE, REST_FRAMEWORK, TEMPLATES

INSTALLED_APPS = [*INSTALLED_APPS, "bench.floors"]
MIDDLEWARE = ["bench.floors.counting.Counting", *MIDDLEWARE]
# What `startproject` gives: the floors go through these and nothing else.
STOCK_MIDDLEWARE = [
    "bench.floors.counting.Counting",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    *TEMPLATES,
    {
        "NAME": "floor",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "bench" / "floors" / "templates"],  # noqa: F405
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
# The throttle runs as ever; its window is a second, so that a bench is not a flood to it.
REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    "DEFAULT_THROTTLE_RATES": {"user": "2000/s", "export": "10/hour"},
}
