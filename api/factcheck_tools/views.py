"""Route of the fact-check search that follows Google's Fact Check Tools API."""

from typing import Any

from flask import Response
from flask.json import dumps

from api.auth.permissions import Permission
from api.factcheck_tools import search as factcheck_search
from api.factcheck_tools import search_format
from api.factcheck_tools.schemas import FactCheckQuery, FactChecks
from api.http.blueprints import Blueprint

blp = Blueprint("factcheck", __name__, description="As Google's Fact Check Tools API has it")


@blp.route("/v1alpha1/claims:search", permission=Permission.READ, invalid_status=400)
@blp.arguments(FactCheckQuery, location="query")
@blp.response(200, FactChecks)
def search_fact_checks(query: dict[str, Any]) -> Any:
    """Search the reviewed claims as with Google's Fact Check Tools API.

    For clients of Google's `claims.search`: they need only another base address. A claim is found
    that has all of the words, with our review of it and those of others that were imported. A
    refusal holds Google's error object (`error`) too.
    """
    return factcheck_search.search_fact_checks(**query)


def refuse_as_google_does(response: Response) -> Response:
    """Let the problem be an error of Google's as well, which its clients look for."""
    if response.mimetype == "application/problem+json":
        problem = response.get_json()
        error = search_format.build_error(problem)
        problem |= {"status": error["code"], "error": error}
        response.data, response.status_code = dumps(problem), error["code"]
    return response


blp.after_request(refuse_as_google_does)
