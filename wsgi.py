"""What a WSGI server serves: `granian --interface wsgi wsgi:app`."""

import gc

# All that is imported stays; looking through it for garbage would take a fifth of the start.
gc.disable()
from api import create_app  # noqa: E402

app = create_app()
gc.freeze()
gc.enable()
