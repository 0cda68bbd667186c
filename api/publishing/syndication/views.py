"""Routes of the news feeds."""

from typing import Any

from flask import Response, jsonify, request

from api.auth.permissions import Permission
from api.http.blueprints import Blueprint
from api.publishing import documents
from api.publishing.syndication import atom, jsonfeed
from api.publishing.syndication import service as syndication
from api.publishing.syndication.items import Feed
from api.publishing.syndication.schemas import NewsQuery
from api.publishing.syndication.service import NewsFilter

blp = Blueprint("syndication", __name__, description="What is new, for readers")


@blp.route("/feeds/news.atom", permission=Permission.READ)
@blp.arguments(NewsQuery, location="query")
@blp.response(200, {"type": "string"}, content_type=atom.MEDIA_TYPE)
def get_atom(query: dict[str, Any]) -> Response:
    """Subscribe to status changes and corrections, newest first, as an Atom feed (RFC 4287)."""
    return Response(atom.render(_feed(**query)), mimetype=atom.MEDIA_TYPE)


@blp.route("/feeds/news.json", permission=Permission.READ)
@blp.arguments(NewsQuery, location="query")
@blp.response(200, {"type": "object"}, content_type=jsonfeed.MEDIA_TYPE)
def get_json_feed(query: dict[str, Any]) -> Response:
    """Subscribe to status changes and corrections, newest first, as a JSON Feed 1.1."""
    answer = jsonify(jsonfeed.render(_feed(**query)))
    answer.mimetype = jsonfeed.MEDIA_TYPE
    return answer


def _feed(*, limit: int, **selection: Any) -> Feed:
    house = documents.publisher_info()
    filters = [str(value) for value in selection.values()]
    return Feed(
        title=", ".join([f"{house.name}: status changes and corrections", *filters]),
        url=f"{documents.public_url()}{request.full_path.rstrip('?')}",
        home=house.url,
        author=house.name,
        items=syndication.newest_items(NewsFilter(**selection), limit=limit),
    )
