"""The Chalice app: its routes, and the one list of AWS reads that the service may make.

Chalice's policy analyser reads this file alone, and only plain code: keep it so.
"""

import gc

gc.disable()  # What is imported stays: looking through it for garbage, again and again, is a twelfth of a cold start.

import base64
import os
import sys
from typing import TYPE_CHECKING, Any

from chalice import Chalice, CORSConfig, IAMAuthorizer, Response

from chalicelib.http.events import refusal, whole_event
from chalicelib.http.reply import ALLOWED_HEADERS, EXPOSED_HEADERS, Reply
from chalicelib.logs import write_logs
from chalicelib.service import make_service
from chalicelib.settings import parse_settings
from chalicelib.web import handlers, pages
from chalicelib.web.request import Handler, Request
from chalicelib.web.respond import respond

if TYPE_CHECKING:
    import boto3

    from chalicelib.aws.reads import Read
    from chalicelib.engine.functions import Functions

settings = parse_settings(os.environ)


class Door(Chalice):
    """Chalice, where every refusal has the service's one shape, whatever event the function is invoked with."""

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        request = whole_event(event, getattr(context, "aws_request_id", "local"))
        refused = refusal(request, self.routes, signed=settings.auth_type == "iam")
        response: dict[str, Any] = (
            super().__call__(request, context) if refused is None else to_response(refused).to_dict()
        )
        if response["statusCode"] >= 400:  # a page of another origin is to read what is wrong, on every path
            response["headers"].update(CORS.get_access_control_headers())
        response["headers"]["X-Request-Id"] = request["requestContext"]["requestId"]
        if request["requestContext"]["httpMethod"] == "HEAD":
            response["body"] = ""
        return response


app = Door(app_name="sagemaker-lineage-api")
if not {"deploy", "package"}.isdisjoint(sys.argv):
    # API Gateway is to decode what is sent in base64, whoever asks. Told to Chalice while it serves, the same would
    # have it encode every answer, and refuse clients that send no Accept header.
    app.api.binary_types = ["*/*"]
write_logs(settings.log_level)

CORS = CORSConfig(
    allow_origin=settings.allowed_origin,
    allow_headers=ALLOWED_HEADERS,
    expose_headers=EXPOSED_HEADERS,
    max_age=600,
)
AUTH: dict[str, Any] = {"iam": {"authorizer": IAMAuthorizer()}, "api_key": {"api_key_required": True}}.get(
    settings.auth_type, {}
)
PAGE_AUTH = {} if settings.auth_type == "api_key" else AUTH
"""The page and the description hold no data, and ask for no key, which a browser could not send to get them."""

SERVICE = make_service(settings, os.environ)
gc.freeze()  # nor does a request's own garbage lie in what was imported
gc.enable()

if TYPE_CHECKING:

    def may(method: Read) -> None:
        method()

    def permitted() -> None:
        """Name every AWS read that the service may make, for Chalice's policy analyser.

        It reads this file alone, and follows calls on clients, no table of names: so the list of `Reads` stands here
        once more. A test holds the two equal.
        """
        sagemaker = boto3.client("sagemaker")
        emr = boto3.client("emr")
        s3 = boto3.client("s3")
        s3control = boto3.client("s3control")
        may(sagemaker.describe_pipeline)
        may(sagemaker.describe_pipeline_definition_for_execution)
        may(sagemaker.describe_pipeline_execution)
        may(sagemaker.list_pipelines)
        may(sagemaker.list_pipeline_executions)
        may(sagemaker.list_pipeline_execution_steps)
        may(sagemaker.list_pipeline_parameters_for_execution)
        may(sagemaker.list_domains)
        may(sagemaker.list_endpoints)
        may(sagemaker.list_inference_components)
        may(sagemaker.list_model_packages)
        may(sagemaker.list_tags)
        may(sagemaker.search)
        may(sagemaker.describe_processing_job)
        may(sagemaker.describe_training_job)
        may(sagemaker.describe_transform_job)
        may(sagemaker.describe_hyper_parameter_tuning_job)
        may(sagemaker.describe_auto_ml_job)
        may(sagemaker.describe_auto_ml_job_v2)
        may(sagemaker.describe_model)
        may(sagemaker.describe_model_package)
        may(sagemaker.describe_endpoint)
        may(sagemaker.describe_endpoint_config)
        may(sagemaker.describe_inference_component)
        may(sagemaker.describe_feature_group)
        may(emr.describe_cluster)
        may(s3.get_bucket_location)
        may(s3.get_bucket_encryption)
        may(s3.get_bucket_versioning)
        may(s3.get_public_access_block)
        may(s3.get_bucket_policy_status)
        may(s3.get_bucket_acl)
        may(s3.get_bucket_ownership_controls)
        may(s3.get_bucket_tagging)
        may(s3.get_bucket_policy)
        may(s3.get_bucket_logging)
        may(s3.get_object_lock_configuration)
        may(s3.get_bucket_lifecycle_configuration)
        may(s3.get_bucket_replication)
        may(s3.get_object)
        may(s3control.get_public_access_block)
        may(s3control.list_tags_for_resource)


def handle(handler: Handler, route: str) -> Response:
    """Return the reply of one of `web`'s handlers to the request at hand."""
    if TYPE_CHECKING:
        permitted()  # the analyser follows calls
    query = app.current_request.query_params
    context = app.lambda_context
    reply = respond(
        handler,
        Request(
            route=route,
            params={name: query.getlist(name) for name in query} if query else {},
            request_id=app.current_request.context["requestId"],
            headers=app.current_request.headers,
            remaining_ms=context.get_remaining_time_in_millis() if context else None,
        ),
        SERVICE,
    )
    return to_response(reply)


class Compressed(Response):
    """A body of bytes. Chalice would decide by the content type, and that is the same as of an uncompressed one."""

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:  # noqa: ARG002 (Chalice's signature)
        response: dict[str, Any] = super().to_dict()
        return {**response, "body": base64.b64encode(self.body).decode(), "isBase64Encoded": True}


def to_response(reply: Reply) -> Response:
    """Return a reply as Chalice sends it."""
    if "Content-Encoding" in reply.headers:
        return Compressed(reply.body, status_code=reply.status, headers=dict(reply.headers))
    return Response(reply.body.decode(), status_code=reply.status, headers=dict(reply.headers))


@app.route("/lineage", cors=CORS, **AUTH)
def lineage() -> Response:
    return handle(handlers.get_lineage, "/lineage")


@app.route("/diff", cors=CORS, **AUTH)
def diff() -> Response:
    return handle(handlers.get_diff, "/diff")


@app.route("/pipelines", cors=CORS, **AUTH)
def pipelines() -> Response:
    return handle(handlers.get_pipelines, "/pipelines")


@app.route("/executions", cors=CORS, **AUTH)
def executions() -> Response:
    return handle(handlers.get_executions, "/executions")


@app.route("/sagemaker/catalog", cors=CORS, **AUTH)
def sagemaker_catalog() -> Response:
    return handle(handlers.get_catalog, "/sagemaker/catalog")


@app.route("/sagemaker/pipelines", cors=CORS, **AUTH)
def sagemaker_pipelines() -> Response:
    return handle(handlers.get_catalog, "/sagemaker/pipelines")


@app.route("/lineage/by-domain", cors=CORS, **AUTH)
def lineage_by_domain() -> Response:
    return handle(handlers.get_by_domain, "/lineage/by-domain")


@app.route("/schema", cors=CORS, **AUTH)
def schema() -> Response:
    return handle(handlers.get_schema, "/schema")


@app.route("/lineage/schema", cors=CORS, **AUTH)
def lineage_schema() -> Response:
    return handle(handlers.get_schema, "/lineage/schema")


@app.route("/health", cors=CORS, **PAGE_AUTH)
def health() -> Response:
    return to_response(pages.health_reply())


@app.route("/impact", cors=CORS, **AUTH)
def impact() -> Response:
    return handle(handlers.get_impact, "/impact")


@app.route("/account", cors=CORS, **AUTH)
def account() -> Response:
    return handle(handlers.get_account, "/account")


@app.route("/openapi.json", cors=CORS, **PAGE_AUTH)
def openapi() -> Response:
    return to_response(pages.description_reply())


@app.route("/", **PAGE_AUTH)
def index() -> Response:
    return to_response(pages.entry_reply(app.current_request.context.get("path") or "/"))


@app.route("/viewer/{name}", **PAGE_AUTH)
def viewer_file(name: str) -> Response:
    return to_response(pages.file_reply(name))


if settings.scan_queue:
    from chalice import Rate

    from chalicelib.engine import schedule

    REGION = os.environ.get("AWS_REGION", settings.default_region)  # of the events, and so of the scan

    def scan() -> "Functions":
        from chalicelib.engine.functions import made  # when it is called: the API is none of the scan's functions

        return made(settings, REGION)

    @app.schedule(Rate(schedule.PLAN_HOURS, unit=Rate.HOURS))
    def plan(event: Any) -> None:
        scan().plan(event.context.get_remaining_time_in_millis())

    @app.on_cw_event(schedule.EVENTS)
    def notice(event: Any) -> None:
        scan().notice(event.to_dict())

    @app.on_sqs_message(queue=settings.scan_queue, batch_size=1, maximum_concurrency=schedule.CONCURRENCY)
    def work(event: Any) -> None:
        for message in event.to_dict()["Records"]:
            scan().work(message, event.context.get_remaining_time_in_millis())

    @app.schedule(Rate(schedule.COMPACT_MINUTES, unit=Rate.MINUTES))
    def compact(event: Any) -> None:  # noqa: ARG001 (Chalice's signature)
        scan().compact()
