"""What the server calls for every request."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canyu.config.settings")
pages = get_wsgi_application()

# Only now: it needs the apps to be ready.
from canyu.config.door import DoorFirst  # noqa: E402

PAGES_AT_ONCE = 8
application = DoorFirst(pages, most_pages=PAGES_AT_ONCE)
