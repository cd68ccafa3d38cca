"""The roof: settings, URLs, Celery, the desk and the portal."""
