import json
import string
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.model import StructureShape
from hypothesis import given
from hypothesis import strategies as st

import chalicelib
from chalicelib.core.values.redaction import REDACTED, is_secret_name, redact, redact_settings, redact_text

ACCESS_KEY = "AKIA" + "IOSFODNN7EXAMPLE"  # in two pieces, so that no scanner takes it for a real one


@pytest.mark.parametrize(
    "name",
    [
        "HF_TOKEN", "dbPassword", "PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "API_KEY", "openaiApiKey",
        "CallbackToken", "client_secret", "MLFLOW_TRACKING_TOKEN", "db-passwd", "PRIVATE_KEY", "authToken",
        "GITHUB_PAT", "SLACK_WEBHOOK_URL", "DB_PASS", "CONNECTION_STRING", "DB_CREDS", "REDIS_PWD", "STRIPE_KEY",
        "ENCRYPTION_KEY", "VAULT_SECRET_ID", "API_KEY_DEV", "apiKeys", "X-Amz-Signature", "fs.s3a.secret.key",
        "AccountKey", "BASIC_AUTH", "Authorization", "sessionToken", "PASSWORD_2", "GOOGLE_APPLICATION_CREDENTIALS",
        "db_pw", "ID_TOKEN", "REDISCLI_AUTH", "NPM_CONFIG__AUTH", "passwort", "비밀번호", "DB_비밀번호", "암호",
        "PassWord", "pass_word", "DB_PSWD", "AWSSECRETACCESSKEY", "hftoken", "mytoken", "X-Auth",
    ],
)  # fmt: skip
def test_name_of_a_credential_is_told(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "MAX_TOKENS", "max_new_token", "pad_token", "eos_token_id", "tokenizer", "KmsKeyId", "VolumeKmsKeyId",
        "primary_key", "passwordless", "author", "BillableTokenCount", "S3_KEY", "monkey", "num_passes", "", "PWD",
        "TokenColumn", "PasswordPolicy", "KeyName", "SortKey", "partition_key", "KMS_KEY", "KmsKeyArn", "SECRET_ARN",
        "TOKEN_FILE", "PASSWORD_MIN_LENGTH", "single_pass", "passengers", "nextToken", "bucketKeyEnabled",
        "Ec2KeyName", "key", "ParameterKey", "pad_token_id", "auth_mode", "OAuthSettings", "image_token",
        "token_dropout", "subtoken", "eostoken", "SSH_AUTH_SOCK",
        "keyword", "암호화", "비밀번호 정책", "비밀번호_길이", "password-stdin",
    ],
)  # fmt: skip
def test_name_of_no_credential_is_let_be(name: str) -> None:
    assert not is_secret_name(name)


def test_of_all_names_in_sagemakers_model_those_of_credentials_are_told() -> None:
    model = botocore.session.get_session().get_service_model("sagemaker")
    shapes = (model.shape_for(name) for name in model.shape_names)
    names = {member for shape in shapes if isinstance(shape, StructureShape) for member in shape.members}

    assert len(names) > 1000
    tokens = {"CallbackToken", "ClientRequestToken", "ClientSecret", "ClientToken", "TokenValue"}
    assert {name for name in names if is_secret_name(name)} == tokens


def test_no_key_of_ours_is_taken_for_the_name_of_a_credential() -> None:
    described = json.loads((Path(chalicelib.__file__).parent / "openapi.json").read_text())["components"]["schemas"]
    keys = {key for schema in described.values() for key in schema.get("properties", {})}

    assert len(keys) > 100
    assert [key for key in sorted(keys) if is_secret_name(key)] == []


SECRET = "S3kr3tVa1ue"


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
        (f"s3a://{ACCESS_KEY}:wJalrXUtnFEMI/K7MDENG/bPxRfi@bucket/data", "K7MDENG"),
        ("https://user:pa%2Fss:word@host/x", "ss:word"),
        ("https://tok3n@github.com/org/repo.git", "tok3n"),
        ("https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/1", "0123456789abcdef"),
        ("redis://:sesame@host:6379/0", "sesame"),
        ("jdbc:oracle:thin:scott/sesame@//host:1521/x", "sesame"),
        ("jdbc:sqlserver://host;user=me;password=sesame;encrypt=true", "sesame"),
        ("https://storage.googleapis.com/b/o?X-Goog-Algorithm=G&X-Goog-Signature=f00d", "f00d"),
        ("https://a.blob.core.windows.net/c/b?sv=2020&sr=b&sp=r&sig=f00d%3D", "f00d"),
        ("sv=2020&sr=b&sp=r&sig=f00d%3D", "f00d"),
        (r"https://b.s3.amazonaws.com/k?X-Amz-Algorithm=A\u0026X-Amz-Signature=f00d", "f00d"),
        (f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={SECRET}/x==;EndpointSuffix=y", SECRET),
        (f"run --db-password {SECRET} --rows 1", SECRET),
        (f"run -password {SECRET}", SECRET),
        (f"run --password='two {SECRET} words' --rows 1", SECRET),
        (f'exec ["--db-password", "{SECRET}"]', SECRET),
        (f"export DB_CREDS=me:{SECRET}", SECRET),
        (f"--conf spark.hadoop.fs.s3a.secret.key={SECRET}", SECRET),
        (f"password: {SECRET}", SECRET),
        ("DB_PASSWORD: sesame", "sesame"),
        (f"api_key = '{SECRET}'", SECRET),
        ("sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc", "4eC39HqLyjWDarjtT1zdp7dc"),
        ("key AIza" + "SyA1234567890abcdefghijklmnopqrstuv", "SyA1234567890"),
        ("xoxb-" + "1234567890-abcdef", "1234567890-abcdef"),
        ("https://hooks.slack.com/services/T000/B000/XXXX", "XXXX"),
        ("https://discord.com/api/webhooks/123/abcDEF", "abcDEF"),
        ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("curl -H 'Authorization: token abcdef'", "abcdef"),
        ("curl -H 'X-Api-Key: abcdef'", "abcdef"),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQOY\n", "lQOY"),
        ("x" * 100 + "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "c2lnbmF0dXJl"),
        (f"mysql -h db -p{SECRET} shop", SECRET),
        (f"sshpass -p {SECRET} ssh host", SECRET),
        (f"echo begin; docker login -u me -p {SECRET} registry", SECRET),
        (f"redis-cli -h db -a {SECRET} ping", SECRET),
        (f"curl -s -u me:{SECRET} https://host/x", SECRET),
        (f"curl --proxy-user 'me:{SECRET}' https://host/x", SECRET),
        (f"ALTER USER me IDENTIFIED BY '{SECRET}'", SECRET),
        (f"create user me password '{SECRET}' valid until '2030'", SECRET),
        (f"COPY t FROM 's3://b/x' SECRET_ACCESS_KEY '{SECRET}'", SECRET),
        (f"//registry.example.org/:_authToken={SECRET}", SECRET),
        ("aws configure set aws_secret_access_key wJalrXUtnFEMI/K7MDENG/bPxRfiCY", "K7MDENG"),
        (f"machine host login me password {SECRET}", SECRET),
        ("https://f.azurewebsites.net/api/go?code=aB3dE5fG7hI9jK1lM3nO5pQ7==&x=1", "aB3dE5fG7hI9"),
        ("abcdefghijklm.eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "c2lnbmF0dXJl"),
        (f"java -Dtoken={SECRET} -jar x.jar", SECRET),
        (f"<password>{SECRET}</password>", SECRET),
        (f'<db:password type="x">{SECRET}</db:password>', SECRET),
        (f"<property><name>fs.s3a.secret.key</name>\n <value>{SECRET}</value></property>", SECRET),
        (f"credentials: {{'user': 'me', 'p': '{SECRET}'}}", SECRET),
        (f"ENV DB_PASSWORD {SECRET}", SECRET),
        (f"beeline -u jdbc:hive2://h:10000/d -n me -p {SECRET}", SECRET),
        ("비밀번호: sesame1", "sesame1"),
        ("db_password: >-\n  sesame\n  two\nrows: 3", "two"),
        ('{"passwords": ["sesame", "open"]}', "open"),
        ('{"secret": {"value": "se]same", "arn": "x"}}', "same"),
        (r"{\"credentials\": {\"user\": \"me\", \"key1\": \"sesame\"}}", "sesame"),
        ('{"secret": ["unclosed', "unclosed"),
        (r"{\\\\\\\"api_token\\\\\\\": \\\\\\\"sesame9\\\\\\\"}", "sesame9"),
        ("https://h/go?to=https%3A%2F%2Fb.s3.amazonaws.com%2Fk%3FX-Amz-Signature%3Df00d12", "f00d12"),
        (f"to=https%3A%2F%2Fh2%2F%3Faccess_token%3D{SECRET}%26x%3D1", SECRET),
        ('{"auths":{"reg.example.com":{"auth":"bWU6c2VzYW1l"}}}', "bWU6c2VzYW1l"),
        (f"me:{SECRET}@db.example.com:5432/sales", SECRET),
        (f"me:{SECRET}@tcp(db:3306)/sales", SECRET),
        (f"Driver={{ODBC}};UID=me;PWD={SECRET};", SECRET),
        ("Cookie: session=abcdefgh; csrf=ijkl", "ijkl"),
        ("Authorization: AWS4-HMAC-SHA256 Credential=AK/2020, SignedHeaders=host, Signature=f00d99", "f00d99"),
        (f"machine h\nlogin me\npassword {SECRET}", SECRET),
        ("Private-Lines: 2\nAAABAQC\nBBBB", "BBBB"),
        (f"unzip -P {SECRET} x.zip", SECRET),
        (f"ldapsearch -D cn=me -w {SECRET}", SECRET),
        (f"sqlcmd -S h -U me -P {SECRET}", SECRET),
        (f"sqlplus -s scott/{SECRET}@orcl", SECRET),
        (f"create user me identified by {SECRET}", SECRET),
        (f"wandb login --relogin {SECRET}", SECRET),
        ("https://hook.eu1.make.com/a8b7c6d5e4f3", "a8b7c6d5e4f3"),
        ("https://events.pagerduty.com/integration/0123456789abcdef/enqueue", "0123456789abcdef"),
        *(
            (f"using {begin}{more} today", more)
            for begin, more in (
                *(("gsk" + "_", "aB3d" * 12), ("pcsk" + "_", "aB3d" * 15), ("lsv2" + "_pt_", "0123abcd" * 5)),
                *(("pplx" + "-", "aB3d" * 12), ("xai" + "-", "aB3d" * 20), ("x.atlasv1" + ".", "aB3d" * 16)),
                *(("sntrys" + "_", "aB3d" * 12), ("tskey-auth" + "-", "aB3d" * 9), ("abC8Q" + "~", "aB3d" * 8)),
                *(("ATATT3", "aB3d" * 40), ("dp.pt" + ".", "aB3d" * 10), ("PMAK" + "-", "0a" * 12 + "-" + "1b" * 17)),
            )
        ),
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
        "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:db1-AbCdE2",
        "s3://bucket/password=abc/x",
        "abfss://container@account.dfs.core.windows.net/x",
        "git+ssh://git@github.com/org/repo",
        "https://github.com/org/repo@v1.2",
        "http://host:8080/a@b",
        "s3://arn:aws:s3:us-east-1:123456789012:accesspoint/ap/key@x",
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/img@sha256:0123456789abcdef",
        "--token-column text --max-tokens 512 --password-policy strict --use-token --epochs 3",
        "TokenColumn=text, PasswordPolicy=min12, KeyName=customer_id, use_password=true",
        "password=${Parameters.Password}",
        "sk-learn-preprocess-2024-01-01 hf_dataset_preprocessing_config",
        "Bearer authentication failed, Basic authentication is required",
        "wrong password: too short",
        "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
        "a.b.c eyJ.x.y",
        "docker run -p 8080:80 -u 1000:1000 app; mysql -h db -P 3306 -e 'select 1'",
        "Unexpected token 'x' in JSON; see https://h/list?key=customers&code=404&auth=iam",
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/img:1.0@sha256:0123456789abcdef",
        "mailto:bob@example.com, scored 0.9@5:10 at 09:30@lab:2; ssh -p 2222 git@host:22/path",
        "java -Dlog4j.level=INFO; docker login --username AWS --password-stdin 1.dkr.ecr; PWD=/opt/ml",
        "password:\nrows: 3",
        '{"secret": {}, "password": {"Get": "Parameters.P"}, "api_key": {"arn": "arn:aws:x", "name": "billing"}}',
        "image_token=<image>, mask_token=[MASK], 비밀번호 정책: 12자 이상",
        "https://h/x?a%3Db%26token_type%3Dbearer",
        "<name>train</name><value>3</value> <password>${Parameters.P}</password> <a href='x'>password reset</a>",
        "token = {'Ref': 'GithubPersonalToken'}; requests.get(url, auth=self.auth)",
        "beeline -u jdbc:hive2://h:10000/d; ENV PATH /usr/bin; KeyError: 'password'; Invalid token: [UNK] at 3",
        "the user was identified by email; wandb login; vault login -method=aws",
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


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--db-password", SECRET, "--rows", "1"], ["--db-password", REDACTED, "--rows", "1"]),
        ([f"--password={SECRET},x"], [f"--password={REDACTED}"]),
        (["-u", f"me:{SECRET}"], ["-u", f"me:{REDACTED}"]),
        (["--api-key", 12345], ["--api-key", REDACTED]),
        (["-u", "1000:1000"], ["-u", "1000:1000"]),
        (["--auth", f"me:{SECRET}"], ["--auth", f"me:{REDACTED}"]),
        (["docker", "login", "-u", "me", "-p", SECRET], ["docker", "login", "-u", "me", "-p", REDACTED]),
        (["mysql", f"-p{SECRET}", "shop"], ["mysql", f"-p{REDACTED}", "shop"]),
        (["wandb", "login", SECRET, "x"], ["wandb", "login", REDACTED, "x"]),
        (["vault", "login", "-no-print", SECRET], ["vault", "login", "-no-print", REDACTED]),
        (["wandb", "login", "--verify"], ["wandb", "login", "--verify"]),
        (["serve", "-p", "8080"], ["serve", "-p", "8080"]),
        (["--pw", SECRET], ["--pw", REDACTED]),
        (["--use-token", "--rows"], ["--use-token", "--rows"]),
        (["--token-column", "text"], ["--token-column", "text"]),
        (["--secret", "arn:aws:secretsmanager:x:1:secret:db"], ["--secret", "arn:aws:secretsmanager:x:1:secret:db"]),
        (["user", "password", "age"], ["user", "password", "age"]),
    ],
)
def test_what_follows_a_secrets_flag_in_a_list_goes(arguments: list[Any], shown: list[Any]) -> None:
    assert redact(arguments) == shown
    assert redact({"arguments": arguments})["arguments"] == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"""passwords: ["a\"b", "c9"] end""", f'passwords: ["{REDACTED}", "{REDACTED}"] end'),
        (r"""passwords: ['a\'b', 'c9'] end""", f"passwords: ['{REDACTED}', '{REDACTED}'] end"),
        (
            r"""{"secrets": {"a": "C:\\", "b": "c9"}} end""",
            rf'{{"secrets": {{"a": "{REDACTED}\\", "b": "{REDACTED}"}}}} end',
        ),
        (
            r"""secrets: {\"a\": \"b\\\"c\", \"d\": \"e9\"} end""",
            rf"secrets: {{\"a\": \"{REDACTED}\", \"d\": \"{REDACTED}\"}} end",
        ),
        (r"""password="a\"b9" end""", f'password="{REDACTED}" end'),
    ],
)
def test_quote_inside_a_secret_does_not_end_it(text: str, shown: str) -> None:
    assert redact(text) == shown


def test_of_a_list_too_long_to_be_looked_at_nothing_more_is_shown() -> None:
    text = f"passwords: [{', '.join(f'{chr(34)}secret-{number}{chr(34)}' for number in range(5000))}] end"

    shown = redact(text)

    assert "secret-" not in shown
    assert shown.startswith(f'passwords: ["{REDACTED}"')


def test_what_is_no_secret_under_a_secrets_name_stays() -> None:
    settings = {"USE_TOKEN": "true", "DB_PASSWORD": "${Parameters.Password}", "API_TOKEN": "none", "SECRET": False}

    assert redact(settings) == settings


def test_lists_under_a_secrets_name_go_and_places_and_numbers_of_ours_stay() -> None:
    value = {"passwords": ["a", "b"], "nextToken": "sk-" + "a1" * 20, "metrics": {"token": 0.9}}

    assert redact(value) == {**value, "passwords": [REDACTED, REDACTED]}


@pytest.mark.parametrize(
    "value",
    [
        {"Credentials": {"user": SECRET, "inner": [{"a": SECRET}]}},
        {"secrets": {"db": SECRET}},
        {"DB_PASSWORD": {"before": SECRET, "after": SECRET}},
        {"ParameterName": "DbPassword", "ParameterValue": SECRET},
        {"ParameterKey": "DbPassword", "ParameterValue": SECRET},
        {"OutputName": "api_token", "OutputValue": SECRET},
        {"key": "password", "val": SECRET},
        {"Name": "DbPassword", "Type": "String", "DefaultValue": SECRET, "EnumValues": [SECRET]},
        {"auths": {"registry.example.com": {"auth": SECRET}}},
    ],
)
def test_what_stands_below_a_secrets_name_or_beside_it_goes_too(value: dict[str, Any]) -> None:
    shown = redact(value)

    assert SECRET not in str(shown)
    assert shown.keys() == value.keys()


def test_settings_of_a_method_and_fractions_stay() -> None:
    value = {
        "auth": {"region": "eu-west-1", "method": "iam"},
        "GIT_AUTH": "oauth2",
        "my_token": 0.1,
        "new_token": "0.15",
    }

    assert redact(value) == value


def test_what_only_describes_a_credential_stays_below_its_name() -> None:
    value = {"ApiKey": {"name": "billing", "arn": "arn:aws:secretsmanager:x:1:secret:db"}, "Password": {"Get": "P"}}

    assert redact(value) == value


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
