"""What a WSGI server serves: `granian --interface wsgi wsgi:app`."""

from api import create_app

app = create_app()
