"""The fact-checking API. Read `create_app` first: it is the table of contents."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from api import (
    cli,
    cors,
    db,
    documentation,
    errors,
    exposition,
    health,
    jobs,
    limits,
    logs,
    metrics,
    prepared,
    replicas,
    tracing,
    web,
)
from api.application import Application
from api.articles import reading
from api.articles import views as articles
from api.claims import matching_views, meaning, reanchoring
from api.claims import views as claims
from api.config import Settings
from api.contributors import views as contributors
from api.evidence import examination, rechecking, suggesting
from api.evidence import views as evidence
from api.feeds import change_views as changes
from api.feeds import factcheck_views, importing_runs
from api.feeds import import_views as imports
from api.feeds import lookup_views as lookup
from api.feeds import syndication_views as syndication
from api.feeds import views as feeds
from api.sources import archiving, blobs, snapshot_views
from api.sources import views as sources
from api.verdicts import log, log_views, reassessment, reply_views, statement_views
from api.verdicts import views as verdicts
from api.webhooks import delivery
from api.webhooks import views as webhooks

#: Importing them is what tells `jobs` of them.
JOBS = (
    archiving,
    reading,
    reanchoring,
    meaning,
    examination,
    rechecking,
    suggesting,
    reassessment,
    log,
    importing_runs,
    delivery,
)

#: What is served under /v1, in the order of the domains.
DOMAINS = (
    contributors,
    sources,
    snapshot_views,
    articles,
    claims,
    matching_views,
    evidence,
    verdicts,
    reply_views,
    statement_views,
    log_views,
    feeds,
    imports,
    changes,
    syndication,
    lookup,
    webhooks,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The application, ready to be served. Settings come from the environment unless given;
    raises `environs.EnvValidationError` naming every bad one.
    """
    settings = settings or Settings.from_environment()
    app = Application(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.extensions["settings"] = settings
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    logs.init_app(app, settings)
    tracing.init_app(app, settings)
    app.leaving.append(metrics.count)
    db.init_app(app, settings.database_url, **settings.driver())
    prepared.init_app(app)
    jobs.init_app(app)
    replicas.init_app(app, settings)
    blobs.init_app(app, settings.blob_store)
    limits.init_app(app, settings)
    cors.init_app(app)
    meaning.init_app(app, settings.semantic_model)
    errors.register(app)
    cli.register(app)

    api = documentation.init_app(app)
    for domain in DOMAINS:
        api.register_blueprint(domain.blp, url_prefix="/v1")
    api.register_blueprint(factcheck_views.blp)
    api.register_blueprint(health.blp)
    app.register_blueprint(exposition.blp)
    web.init_app(app)
    return app
