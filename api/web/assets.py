"""Scripts, styles and icons: files of ours, each under an address that changes with it."""

import gzip
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from api.auth import permissions
from api.errors import NotFound

ASSETS_FOLDER = Path(__file__).parent / "assets"
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

blp = Blueprint("assets", __name__)


@cache
def _read_compressed(name: str) -> tuple[bytes, bytes]:
    content = (ASSETS_FOLDER / name).read_bytes()
    return content, gzip.compress(content, 9, mtime=0)


@cache
def _content_hash(name: str) -> str:
    return sha256(_read_compressed(name)[0]).hexdigest()[:12]


def asset_url(name: str) -> str:
    """Where a file is served; it may be kept for good, since another content is another address."""
    return url_for("assets.asset", name=name, v=_content_hash(name))


def asset_names() -> set[str]:
    return {path.name for path in ASSETS_FOLDER.iterdir() if path.suffix in MEDIA_TYPES}


@blp.get("/assets/<name>")
def asset(name: str) -> Response:
    if name not in asset_names():
        raise NotFound("There is no such file.")
    plain, packed = _read_compressed(name)
    takes_gzip = request.accept_encodings["gzip"] > 0
    response = Response(packed if takes_gzip else plain, mimetype=MEDIA_TYPES[Path(name).suffix])
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.cache_control.public = True
    response.cache_control.max_age = 31_536_000
    response.cache_control.immutable = True
    response.add_etag()
    response.make_conditional(request)
    return response


@blp.get("/favicon.ico")
def favicon() -> BaseResponse:
    """The icon, for whoever does not read which one a page names."""
    return redirect(asset_url("icon.svg"))


@blp.get("/robots.txt")
def robots() -> Response:
    """What programs that gather pages need not ask for (RFC 9309)."""
    return Response("User-agent: *\nDisallow: /desk\nDisallow: /sign-in\n", mimetype="text/plain")


views: tuple[Any, ...] = (asset, favicon, robots)
for view in views:
    view.permission = permissions.Permission.READ
