"""The web server's door. It stays shut when the database is not the one that the settings are meant for."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accountability.settings")
application = get_wsgi_application()

from django.db import connections  # noqa: E402

from accountability.setup import world  # noqa: E402

world.insist()
connections.close_all()  # a connection must not be carried into another process
