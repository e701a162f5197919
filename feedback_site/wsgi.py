"""What a web server loads: `gunicorn feedback_site.wsgi`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "feedback_site.settings")
application = get_wsgi_application()
gc.freeze()  # what is loaded by now stays; each look through it for garbage would stop the process for a tenth of a second
