"""The roof: settings, URLs, Celery, the desk and the portal."""

VERSION = "0.1.0"
