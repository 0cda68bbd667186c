"""Names in the code that are public, too: a class or function that is renamed can keep its own."""

from flask import Flask
from marshmallow.fields import String

from api.auth.permissions import Permission
from api.errors import Invalid
from api.http import openapi, problems
from api.http.blueprints import Blueprint
from api.http.fields import View, component_name, page_of


class RenamedView(View):
    component_name = "OldView"
    text = String()


class NarrowerView(RenamedView):
    pass


def test_a_refusal_keeps_its_type_and_does_not_pass_it_on():
    class Renamed(Invalid):
        slug = "old-name"

    class Narrower(Renamed):
        pass

    with Flask(__name__).app_context():
        types = [problems.problem(kind("No.")).json["type"] for kind in (Renamed, Narrower)]
    assert types == ["/problems/old-name", "/problems/narrower"]


def test_a_schema_keeps_its_component_and_does_not_pass_it_on():
    found = [component_name(kind) for kind in (RenamedView, RenamedView(), NarrowerView)]
    assert found == ["OldView", "OldView", "NarrowerView"]
    assert component_name(page_of(RenamedView)) == "OldPage"


def test_the_document_says_the_names_that_are_kept():
    app, blp = Flask(__name__), Blueprint("things", __name__, description="Things")

    @blp.route("/old", permission=Permission.READ)
    @blp.response(200, RenamedView)
    @blp.doc(operationId="old_operation")
    def renamed():
        """Fetch it."""

    @blp.route("/plain", permission=Permission.READ)
    @blp.response(200, page_of(RenamedView))
    def plain():
        """List them."""

    document = openapi.init_app(app)
    document.register_blueprint(blp)
    paths, shapes = document.content["paths"], document.content["components"]["schemas"]
    assert paths["/old"]["get"]["operationId"] == "old_operation"
    assert paths["/plain"]["get"]["operationId"] == "plain"
    assert {"OldView", "OldPage"} <= set(shapes) and "RenamedView" not in shapes
