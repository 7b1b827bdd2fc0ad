import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.values.redaction import REDACTED, is_secret_name, redact, redact_settings, redact_text

ACCESS_KEY = "AKIA" + "IOSFODNN7EXAMPLE"  # in two pieces, so that no scanner takes it for a real one


@pytest.mark.parametrize(
    "name",
    [
        "HF_TOKEN", "dbPassword", "PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "API_KEY", "openaiApiKey",
        "CallbackToken", "client_secret", "MLFLOW_TRACKING_TOKEN", "db-passwd", "PRIVATE_KEY", "authToken",
        "GITHUB_PAT", "SLACK_WEBHOOK_URL", "DB_PASS", "CONNECTION_STRING",
    ],
)  # fmt: skip
def test_name_of_a_credential_is_told(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "MAX_TOKENS", "max_new_token", "pad_token", "eos_token_id", "tokenizer", "KmsKeyId", "VolumeKmsKeyId",
        "primary_key", "passwordless", "author", "BillableTokenCount", "S3_KEY", "monkey", "num_passes", "",
    ],
)  # fmt: skip
def test_name_of_no_credential_is_let_be(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("https://b.s3.amazonaws.com/k?X-Amz-Credential=AB%2F1&X-Amz-Signature=f00d&X-Amz-Expires=60", "f00d"),
        ("https://b.s3.amazonaws.com/k?AWSAccessKeyId=ID99&Expires=1&Signature=abc%3D", "ID99"),
        ("copied from 'https://h/k?versionId=1&X-Amz-Security-Token=t0k&X-Amz-Signature=f' today", "t0k"),
        ("the container said: password=hunter2; giving up", "hunter2"),
        ('config was {"api_key": "k-123", "depth": 3}', "k-123"),
        (r'nested "{\"token\": \"t-456\"}"', "t-456"),
        ("run with --api-key=k789 --depth=3", "k789"),
        (f"key {ACCESS_KEY} was refused", ACCESS_KEY),
        ("Authorization: Bearer abcdefgh12345678", "abcdefgh12345678"),
        ("postgres://me:sesame@host/db", "sesame"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "MIIE"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "c2lnbmF0dXJl"),
        ("cloned with ghp_0123456789abcdefghijABCDEFGHIJ456789", "ghp_0123456789"),
    ],
)
def test_secret_in_a_text_is_gone_and_the_text_stays(text: str, secret: str) -> None:
    shown = redact_text(text)
    assert secret not in shown
    assert REDACTED in shown


@pytest.mark.parametrize(
    "text",
    [
        "AlgorithmError: Invalid token: <eos>\nExit code: 1",
        "https://h/k?versionId=abc&partNumber=2",
        "s3://bucket/tokens/secret=1/data.csv",
        "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:db-AbCdEf",
        '{"Get":"Steps.Callback.OutputParameters[\'token\']"}',
        "ClientError: step_count=3, loss=0.25",
        "한국어 문장 🔑 password",
    ],
)
def test_text_without_a_secret_stays_to_the_letter(text: str) -> None:
    assert redact_text(text) == text


def test_environment_loses_telling_names_and_opaque_values_and_nothing_else() -> None:
    environment = {
        "DB_PASSWORD": "hunter2",
        "PLAIN": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "SECRET_ARN": "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:db-AbCdEf",
        "TOKEN_FILE": "s3://bucket/tokens.json",
        "MAX_TOKENS": "512",
        "COMMIT": "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
        "INPUT": "/opt/ml/processing/Input1/train/DataSets/Version2/x",
        "EMPTY_PASSWORD": "",
    }
    shown = redact_settings(environment)
    assert {name for name, value in shown.items() if value == REDACTED} == {"DB_PASSWORD", "PLAIN"}
    assert all(shown[name] == value for name, value in environment.items() if shown[name] != REDACTED)


def test_named_values_in_a_list_are_judged_by_their_name() -> None:
    parameters = [{"Name": "api_token", "Value": "t-1"}, {"Name": "rows", "Value": "17"}]
    assert redact(parameters) == [{"Name": "api_token", "Value": REDACTED}, {"Name": "rows", "Value": "17"}]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_redacting_twice_changes_no_more_than_once(value: object) -> None:
    once = redact(value)
    assert redact(once) == once


@given(st.text(alphabet=string.ascii_letters + string.digits, min_size=6, max_size=40))
def test_no_value_under_a_telling_name_comes_through(secret: str) -> None:
    assert redact({"Environment": {"API_KEY": secret}})["Environment"]["API_KEY"] == REDACTED
