"""WSGI entry for gunicorn and waitress."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

from huaweicrm import serving

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huaweicrm.settings")
application = get_wsgi_application()
serving.warm("admin:index")
import_module("core.search").learn()  # its models need the application
