"""Route of the list of changes."""

from typing import Any

from api.auth.permissions import Permission
from api.http.blueprints import Blueprint
from api.publishing.changes import service as changes
from api.publishing.changes.schemas import ChangesQuery, ChangesView

blp = Blueprint("changes", __name__, description="What has happened since")


@blp.route("/changes", permission=Permission.READ)
@blp.arguments(ChangesQuery, location="query")
@blp.response(200, ChangesView)
def list_changes(query: dict[str, Any]) -> Any:
    """Follow all that happens, each event once, in the order in which it came to be.

    Begin without a cursor, and go on with `next_cursor`, which is given at the end as well: what
    comes later is found after it, and nothing ever before it. A page may be empty and have more
    behind it. The cursors stay good for ever.
    """
    return changes.list_changes(int(query["cursor"]), limit=query["limit"])
