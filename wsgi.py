"""What a WSGI server serves: `granian --interface wsgi wsgi:app`."""

import gc

# All that is imported stays; looking through it for garbage would take a fifth of the start.
gc.disable()
from environs import EnvValidationError  # noqa: E402

from api.app import create_app  # noqa: E402

try:
    app = create_app()
except EnvValidationError as bad:  # for whoever starts it, not for a debugger
    raise SystemExit(str(bad)) from None
gc.freeze()
gc.enable()
