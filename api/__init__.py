"""The fact-checking API. Read `create_app` first: it is the table of contents."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from api import (
    cli,
    db,
    documentation,
    errors,
    exposition,
    health,
    jobs,
    limits,
    logs,
    metrics,
    tracing,
)
from api.answers import JSON
from api.articles import reading
from api.articles import views as articles
from api.claims import reanchoring
from api.claims import views as claims
from api.config import Settings
from api.contributors import views as contributors
from api.evidence import examination, rechecking
from api.evidence import views as evidence
from api.sources import archiving, blobs, snapshot_views
from api.sources import views as sources
from api.verdicts import log, log_views, reassessment
from api.verdicts import views as verdicts

#: Importing them is what tells `jobs` of them.
JOBS = (archiving, reading, reanchoring, examination, rechecking, reassessment, log)


def create_app(settings: Settings | None = None) -> Flask:
    """The application, ready to be served. Settings come from the environment unless given;
    raises `environs.EnvValidationError` naming every bad one.
    """
    settings = settings or Settings.from_environment()
    app = Flask(__name__, static_folder=None)
    app.json = JSON(app)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.extensions["settings"] = settings
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    logs.init_app(app, settings)
    tracing.init_app(app, settings)
    metrics.init_app(app)
    db.init_app(app, settings.database_url)
    blobs.init_app(app, settings.blob_store)
    jobs.init_app(app)
    limits.init_app(app, settings)
    errors.register(app)
    cli.register(app)

    api = documentation.init_app(app)
    domains = (contributors, sources, snapshot_views, articles, claims, evidence, verdicts)
    for domain in (*domains, log_views):
        api.register_blueprint(domain.blp, url_prefix="/v1")
    api.register_blueprint(health.blp)
    app.register_blueprint(exposition.blp)
    return app
