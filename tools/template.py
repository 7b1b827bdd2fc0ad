"""What the SAM template of a stage needs beside what Chalice writes into it: a template to merge."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.http.reply import ALLOWED_HEADERS, EXPOSED_HEADERS
from tools import scan

THROTTLE = {"rate": 10, "burst": 20}
"""Requests a second and at once, for the whole stage: a dashboard asks a few a minute."""

QUOTA_A_DAY = 10_000

ACCESS_LOG = {
    "requestId": "$context.requestId",
    "ip": "$context.identity.sourceIp",
    "caller": "$context.identity.caller",
    "apiKeyId": "$context.identity.apiKeyId",
    "time": "$context.requestTime",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "status": "$context.status",
    "latencyMs": "$context.responseLatency",
    "error": "$context.error.message",
}
"""Who asked for what, and how it went. No query string and no header: neither keys nor tokens get here."""


def merge_template(stage_config: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the template to hand to `chalice package --merge-template` for a stage.

    Chalice merges dictionaries in depth and replaces lists. Stages that authorise their callers get access logs and
    limits too; `AUTH_TYPE=api_key` gets a key and a plan of its use.
    """
    auth = environment.get("AUTH_TYPE", "none")
    stage: dict[str, Any] = {"TracingEnabled": True}
    resources: dict[str, Any] = {
        # Chalice names a resource here that is not in its template (its issue 2079).
        "ApiHandlerLogGroup": {"Properties": {"LogGroupName": {"Fn::Sub": "/aws/lambda/${APIHandler}"}}},
        "RestAPI": {"Properties": stage},
    }
    if auth != "none":
        stage |= {"MethodSettings": [throttling()], "AccessLogSetting": access_log()}
        resources["AccessLog"] = log_group(stage_config["log_retention_in_days"])
    if auth == "api_key":
        resources |= api_key()
    stage["DefinitionBody"] = {
        "x-amazon-apigateway-gateway-responses": gateway_responses(environment.get("ALLOWED_ORIGIN", "*"), auth)
    }
    # Without this SAM makes a second stage, called "Stage", that has none of the limits and logs of the first.
    merged = {"Globals": {"Api": {"OpenApiVersion": "2.0"}}, "Resources": resources}
    if environment.get("SCAN_QUEUE"):
        resources |= scan.resources(environment)
        merged["Outputs"] = scan.outputs()
    return merged


def throttling() -> dict[str, Any]:
    """Return limits for every method of the stage."""
    return {
        "ResourcePath": "/*",
        "HttpMethod": "*",
        "ThrottlingRateLimit": THROTTLE["rate"],
        "ThrottlingBurstLimit": THROTTLE["burst"],
        "MetricsEnabled": True,
    }


def access_log() -> dict[str, Any]:
    """Return one JSON line a request, into the stage's own log group."""
    return {"DestinationArn": {"Fn::GetAtt": ["AccessLog", "Arn"]}, "Format": json.dumps(ACCESS_LOG)}


def log_group(days: int) -> dict[str, Any]:
    """Return the log group of the stage's access log, which forgets after as many days as the function's."""
    return {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": days}}


def api_key() -> dict[str, Any]:
    """Return one key and the plan of its use; more keys can join the plan later."""
    stage = {"ApiId": {"Ref": "RestAPI"}, "Stage": {"Ref": "RestAPI.Stage"}}
    limits = {"RateLimit": THROTTLE["rate"], "BurstLimit": THROTTLE["burst"]}
    plan = {"ApiStages": [stage], "Throttle": limits, "Quota": {"Limit": QUOTA_A_DAY, "Period": "DAY"}}
    key = {"KeyId": {"Ref": "ApiKey"}, "KeyType": "API_KEY", "UsagePlanId": {"Ref": "UsagePlan"}}
    return {
        "ApiKey": {"Type": "AWS::ApiGateway::ApiKey", "Properties": {"Enabled": True}},
        "UsagePlan": {"Type": "AWS::ApiGateway::UsagePlan", "Properties": plan},
        "UsagePlanKey": {"Type": "AWS::ApiGateway::UsagePlanKey", "Properties": key},
    }


def gateway_responses(origin: str, auth: str) -> dict[str, Any]:
    """Return API Gateway's own errors in the service's one shape, readable by a page of another origin."""
    headers = {
        "Access-Control-Allow-Origin": f"'{origin}'",
        "Access-Control-Allow-Headers": f"'{','.join(ALLOWED_HEADERS)}'",
        "Access-Control-Expose-Headers": f"'{','.join(EXPOSED_HEADERS)}'",
        "Cache-Control": "'no-store'",
        "X-Content-Type-Options": "'nosniff'",
        "X-Request-Id": "context.requestId",
    }

    def response(message: str = "$context.error.messageString", **more: str) -> dict[str, Any]:
        fields = {**headers, **{name.replace("_", "-"): value for name, value in more.items()}}
        return {
            "responseParameters": {f"gatewayresponse.header.{name}": value for name, value in fields.items()},
            "responseTemplates": {"application/json": f'{{"message":{message},"requestId":"$context.requestId"}}'},
        }

    # API Gateway calls it a missing token, with or without IAM, where it knows no such path or method.
    unknown = "there is no such path or method here: only GET, and /openapi.json lists the paths"
    if auth == "iam":
        unknown = f"the request is not signed (AWS Signature Version 4), or {unknown}"
    return {
        "DEFAULT_4XX": response(),
        "DEFAULT_5XX": response(),
        "MISSING_AUTHENTICATION_TOKEN": {
            **response(json.dumps(unknown)),
            **({} if auth == "iam" else {"statusCode": "404"}),
        },
        "THROTTLED": response(Retry_After="'1'"),
    }
