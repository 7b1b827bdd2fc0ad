"""Secrets in running text: signed queries, credentials in URLs, assignments, and tokens that give themselves away.

Every pattern costs linear time: no part gives back what it took, and a search that failed is not begun again from
further on in the same run of letters. They stand as texts, which `re` compiles once at first use: most texts need none,
and compiling all would be a fourteenth of a cold start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from chalicelib.core.values.secret_names import PARTS, is_secret_name, words_of

REDACTED = "[redacted]"

_compiled = cache(re.compile)  # a pattern is compiled where one is first needed, and found at once ever after

_REMEMBERED = 2048
"""Length up to which a text is remembered: the same names and locations come again and again."""

# Also as JSON writes it where `&` may be no markup.
_QUERY = r"[?&](?:[^\s\"'<>\\]|\\u0026)*+"
_SIGNED = (
    r"(?i)(?:[?&]|\\u0026)(?:amp;)?(?:x-(?:amz|goog)-(?:signature|credential|security-token)|awsaccesskeyid"
    r"|googleaccessid|key-pair-id|signature|sig)="
)

# What stands before the host of a URL. After a colon it may hold slashes, as AWS's secret keys do; digits are a port.
_USER_INFO = r"(?<=://)(?P<user>[^\s/:@\"'<>]*+)(?P<secret>:(?:(?!://)[^\s@\"'<>])*+)?@"
_PORT = r":\d{1,5}(?:/|$)"
_SCHEME_WITH_TOKEN = r"(?i)https?$"
_ORACLE = r"(?<=:thin:)[^\s/@:]{1,128}+/[^\s@]{1,128}+(?=@)"

# The address to which anybody may post who knows its path.
_HOOK = r"(?i)(?<=://)(?P<host>hooks\.slack\.com|[\w-]{1,63}\.webhook\.office\.com|[\w.-]{1,100}(?:/api)?/(?:web)?hooks?)/[^\s\"'\\<>]++"

# A name where one may begin, and what assigns to it: `name=`, `"name": `, `name: `, `--name value`, `"--name", "x"`,
# and as SQL has it `name 'x'`. After a slash or inside a word it would be a partition of a data set, or no name.
_NAME_AND_SIGN = (
    r"(?<![\w./%-])(?P<dash>--?)?_{0,2}(?P<name>[A-Za-z][\w.-]*+)"
    r"(?:(?P<equals>=|\\{0,3}[\"']\s{0,3}[:=]\s{0,3}|\s{1,3}=\s{1,3})|(?P<colon>\s{0,3}:(?:\s{1,3}|(?=[^\s/:])))"
    r"|(?P<quoted>\s{1,3}(?='))"
    r"|(?(dash)(?:\s{1,3}|\\{0,3}[\"']\s{0,3},\s{0,3})(?![\s-])|(?!)))"
)
_SIGNS = ("=", " ", '"', "'", "\n", "\t")
_OPENING = r"\\{0,3}[\"']"
_ASSIGNED = r"\$\{[^}]*+\}|[^\s\"'\\&,;<>(){}]++"
_ARGUMENT = r"[^\s\"'\\]++"
_HEADER = r"(?i)(?:(?:basic|bearer|digest|negotiate|token|apikey|aws4-hmac-sha256)\s{1,3})?[^\s\"'\\;<>]++"
_PASSWORD = r"(?i)passwor[dt]|passwd|passphrase|pwd"
# What stands under a secret's name and is none: where to read it, a word that denies it, what only a run fills in.
_NO_SECRET = (
    r"(?:arn:[\w-]++:|s3[an]?://)\S++|\{\{resolve:[^}]*+\}\}|\$\{[^}]*+\}|(?i:true|false|yes|no|on|off|none|null|nil)"
)
_USER_AND_PASSWORD = r"(?P<user>[^\s:/]++):(?!\d++$)\S++"

# What programs take without a telling name: `curl -u me:sesame`, `mysql -psesame`, `docker login -p sesame`.
_USER_FLAGS = ("-u", "--user", "--proxy-user", "--auth")
_USER_FLAG = (
    r"(?<![\w-])(?P<flag>(?:-u|--user|--proxy-user|--auth)(?:\s{1,3}|=)[\"']?)(?P<pair>[^\s:/\"']++:[^\s\"']++)"
)
TOOLS: Mapping[str, str] = {
    **dict.fromkeys(("sshpass", "login", "mysql", "mysqldump", "mysqladmin", "mariadb"), "-p"),
    **dict.fromkeys(("mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport"), "-p"),
    "redis-cli": "-a",
}
"""Programs that take a password after a flag of one letter, as `docker login` does, and that flag."""
_COMMAND = rf"\b(?:{'|'.join(sorted(TOOLS, key=len, reverse=True))})\s[^|;&\n]*+"
_SHORT = r"(?<=\s)(?P<flag>-[pa]\s{0,3})[^\s-]\S*+"
_IDENTIFIED = r"(?i)(?P<before>\bidentified\s{1,3}(?:with\s{1,3}\S{1,64}\s{1,3})?(?:by|as)\s{1,3}[\"'])[^\"']++"
# Names too plain to tell anywhere but in a query, whose value is long and no word.
_QUERY_KEY = r"(?i)(?P<before>[?&](?:key|code|auth|subscription-key)=)(?=[^&\s]{0,200}\d)[\w%.~+-]{20,}+=*+"

_DOTTED = r"(?<![\w-])[\w-]++(?:\.[\w-]*+){2,}+"
_JWT_PART = 8
"""Fewest letters of a JWT's header and body."""

# Credentials that give themselves away wherever they stand, by a letter that a text must have to hold one of them:
# each needs one of the literals before it, which is the cheap second look.
_SHAPES: Mapping[str, Sequence[tuple[Sequence[str], str]]] = {
    "A": [
        (("AKIA", "ASIA", "ABIA", "ACCA"), r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
        (("AIza",), r"(?<![A-Za-z0-9])AIza[\w-]{30,}+"),
        (("ABSK",), r"\bABSK[A-Za-z0-9+/]{40,}+={0,2}"),
        ((":AA",), r"(?<!\d)\d{8,10}:AA[\w-]{30,}+"),
    ],
    "_": [
        (("gh", "hf_", "npm_"), r"(?<![A-Za-z0-9])(?:(?:gh[pousr]|hf|npm)_[A-Za-z0-9]{20,}+|github_pat_\w{20,}+)"),
        (("k_live_", "k_test_", "k_prod_"), r"(?<![A-Za-z0-9])[sr]k_(?:live|test|prod)_[A-Za-z0-9]{8,}+"),
        (("whsec_",), r"whsec_[A-Za-z0-9+/]{16,}+=*+"),
        (("dckr_pat_", "lin_api_"), r"(?:dckr_pat|lin_api)_[\w-]{20,}+"),
        (
            ("glsa_", "glc_", "r8_", "ntn_", "secret_"),
            r"(?<![A-Za-z0-9])(?:glsa|glc|r8|ntn|secret)_[A-Za-z0-9+/]{30,}+[\w=]*+",
        ),
        (("shpat_", "shpca_", "shppa_", "shpss_"), r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{24,}+"),
        (("_v1_",), r"(?<![A-Za-z0-9])do[opr]_v1_[0-9a-f]{40,}+"),
    ],
    "-": [
        (("xox", "xapp-"), r"(?<![A-Za-z0-9])(?:xox[a-z]|xapp)-[\w-]{10,}+"),
        (("gl",), r"(?<![A-Za-z0-9])gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[\w-]{16,}+"),
        (
            ("sk-",),
            r"(?<![A-Za-z0-9])sk-(?:(?:proj|ant|svcacct|admin|or)-[\w-]{16,}+|(?=[A-Za-z]{0,60}\d)[A-Za-z0-9]{20,}+)",
        ),
        (("GOCSPX-", "NRAK-", "pypi-AgE"), r"(?<![A-Za-z0-9])(?:GOCSPX-|NRAK-|pypi-AgE)[\w-]{20,}+"),
        (("key-", "sq0"), r"(?<![A-Za-z0-9])(?:key-[0-9a-f]{32}\b|sq0[a-z]{3}-[\w-]{20,}+)"),
        (("AGE-SECRET-KEY-1",), r"AGE-SECRET-KEY-1[0-9A-Z]{40,}+"),
        (("bedrock-api-key-",), r"bedrock-api-key-[\w+/=-]{16,}+"),
        (
            ("-----BEGIN",),
            r"-----BEGIN [A-Z0-9 ]*+-----(?:(?<=PRIVATE KEY-----)|(?<=PRIVATE KEY BLOCK-----))"
            r"[^-]*+(?:-(?!----END )[^-]*+)*+(?:-----END [A-Z0-9 ]*+-----)?",
        ),
    ],
    ".": [
        (("SG.",), r"(?<![A-Za-z0-9])SG\.[\w-]{16,}+\.[\w-]{16,}+"),
        (("ya29.", "hvs.", "hvb.", "hvr."), r"(?<![A-Za-z0-9])(?:ya29|hv[sbr])\.[\w-]{20,}+"),
    ],
    " ": [
        (("secret_access_key ", "session_token "), r"(?<=(?:_access_key|ssion_token) )(?=\S{0,200}\d)[\w/+=-]{16,}+"),
        (("machine ",), r"(?<= password )\S++"),
        (("earer ",), r"(?<=[Bb]earer )(?=[^\s\d]{0,80}\d)[\w.~+/-]{8,}+=*+"),
        (("asic ",), r"(?<=[Bb]asic )(?=[A-Za-z+/_-]{0,80}(?:[0-9=]|(?<=[a-z])[A-Z]))[A-Za-z0-9+/_-]{6,}+=*+"),
    ],
    "d": [(("dapi",), r"\bdapi[0-9a-f]{32}(?:-\d)?\b")],
    "K": [(("SK",), r"\bSK[0-9a-f]{32}\b")],
    "Z": [(("FwoGZXIvYXdz",), r"FwoGZXIvYXdz[\w/+=-]{40,}+")],
    "Q": [(("IQoJb3JpZ2lu",), r"IQoJb3JpZ2lu[\w/+=-]{40,}+")],
}


def redact_text(text: str) -> str:
    """Return `text` without its secrets, and otherwise to the letter.

    Secrets are the queries of signed URLs, user names and passwords in URLs, what is assigned to a secret's name, the
    paths of webhooks, and texts in the shape of a known credential.
    """
    shown = _remembered(text) if len(text) <= _REMEMBERED else _remembered_long(text)
    return text if shown == text else shown  # the very same text, so that nothing around it is copied


def is_no_secret(value: str) -> bool:
    """Return whether a value is none, whatever its name: an ARN, an S3 location, `true`, `none`, a template."""
    return _compiled(_NO_SECRET).fullmatch(value) is not None and _compiled(_SIGNED).search(value) is None


def is_secret_flag(argument: str) -> bool:
    """Return whether an argument of a command says that a secret comes next: `--db-password`."""
    flag = argument.lstrip("-")
    return 0 < len(argument) - len(flag) <= 2 and is_secret_name(flag) and "=" not in flag


def is_user_flag(argument: str) -> bool:
    """Return whether an argument of a command says that a user with a password comes next: `-u`."""
    return argument in _USER_FLAGS


def redact_user(argument: str) -> str:
    """Return what follows `-u` or `--user` without its password: `me:sesame`, but not `1000:1000`."""
    found = re.fullmatch(_USER_AND_PASSWORD, argument)
    return f"{found['user']}:{REDACTED}" if found else argument


@lru_cache(maxsize=8192)
def _remembered(text: str) -> str:
    return _redacted(text)


@lru_cache(maxsize=8)
def _remembered_long(text: str) -> str:
    """Return the same: a long text stands in one answer a dozen times."""
    return _redacted(text)


def _redacted(text: str) -> str:
    if "?" in text or "&" in text:
        text = re.sub(_QUERY, _without_query_secrets, text)
    if "@" in text:
        text = re.sub(_ORACLE, REDACTED, re.sub(_USER_INFO, _without_user, text))
    if "ook" in text or "OOK" in text:
        text = re.sub(_HOOK, rf"\g<host>/{REDACTED}", text)
    if " " in text:
        text = _without_arguments(text)
    if _may_assign(text):
        text = "".join(_without_assigned(text))
    if "eyJ" in text:
        text = re.sub(_DOTTED, _without_jwts, text)
    return _without_shapes(text)


def _without_shapes(text: str) -> str:
    for letter, shapes in _SHAPES.items():
        if letter in text:
            for literals, shape in shapes:
                if any(map(text.__contains__, literals)):
                    text = re.sub(shape, REDACTED, text)
    return text


def _without_query_secrets(query: re.Match[str]) -> str:
    if _compiled(_SIGNED).search(query[0]):
        return f"{query[0][0]}{REDACTED}"
    return re.sub(_QUERY_KEY, rf"\g<before>{REDACTED}", query[0])


def _without_arguments(text: str) -> str:
    """Return a text without the passwords that known programs and SQL take under no telling name."""
    if " -p" in text or " -a" in text:
        text = re.sub(_COMMAND, _without_short, text)
    if ":" in text and (" -u" in text or "--user" in text or "-user" in text or "--auth" in text):
        text = re.sub(_USER_FLAG, lambda found: found["flag"] + redact_user(found["pair"]), text)
    if "dentified" in text or "DENTIFIED" in text:
        text = re.sub(_IDENTIFIED, rf"\g<before>{REDACTED}", text)
    return text


def _without_short(command: re.Match[str]) -> str:
    flag = TOOLS[command[0].split(None, 1)[0]]

    def without(found: re.Match[str]) -> str:
        return f"{found['flag']}{REDACTED}" if found[0].startswith(flag) else found[0]

    return re.sub(_SHORT, without, command[0])


def _may_assign(text: str) -> bool:
    """Return whether a text holds a sign that assigns and a part of a secret's name: a cheap first look.

    Most texts with colons are locations and ARNs.
    """
    if any(map(text.__contains__, _SIGNS)) or "ass" in text or "ASS" in text or "pwd" in text or "PWD" in text:
        return any(map(text.lower().__contains__, PARTS))
    return False


def _without_user(match: re.Match[str]) -> str:
    user, secret = match["user"], match["secret"]
    if secret is None:
        scheme = match.string[max(0, match.start() - 8) : match.start() - 3]
        kept = user in ("", "git") or not _compiled(_SCHEME_WITH_TOKEN).search(scheme)
    else:
        kept = user == "arn" or user.endswith("$") or _compiled(_PORT).match(secret) is not None
    return match[0] if kept else f"{REDACTED}@"


def _without_assigned(text: str) -> Iterator[str]:
    done = 0
    for match in re.finditer(_NAME_AND_SIGN, text):
        if match.start() < done or not is_secret_name(match["name"]) or text.startswith(REDACTED, match.end()):
            continue
        start, end = _value_of(match, text)
        value = text[start:end]
        if (
            value
            and not value.startswith(REDACTED)
            and not is_no_secret(value)
            and _is_assigned(match, text, start, end)
        ):
            yield text[done:start]
            yield REDACTED
            done = end
    yield text[done:]


def _value_of(match: re.Match[str], text: str) -> tuple[int, int]:
    """Return where the value starts and ends: in quotes up to the closing one, else up to what ends a word."""
    opening = _compiled(_OPENING).match(text, match.end())
    if opening:
        closing = text.find(opening[0], opening.end())
        if closing >= 0:
            return opening.end(), closing
    start = opening.end() if opening else match.end()
    is_header = match["name"].lower().endswith("authorization")
    shape = _HEADER if is_header else _ARGUMENT if match["dash"] else _ASSIGNED
    found = _compiled(shape).match(text, start)
    return start, found.end() if found else start


def _is_assigned(match: re.Match[str], text: str, start: int, end: int) -> bool:
    """Return whether what follows a colon is a value rather than prose: `Invalid token: the end of …`."""
    name, value = match["name"], text[start:end]
    if match["quoted"] is not None and match["dash"] is None:
        return _compiled(_PASSWORD).search(name) is not None or len(words_of(name)) > 1
    if match["colon"] is None:
        return True
    if _compiled(_PASSWORD).search(name) is None and not match["colon"][-1].isspace():
        return False  # a part of an ARN
    if len(words_of(name)) > 1 or name.lower() == "authorization":
        return True
    if _compiled(_PASSWORD).search(name):
        return not value.islower() or not value.isalpha() or text[end : end + 1] in ("", "\n", "\r")
    return len(value) >= 6 and any(letter.isdigit() for letter in value)


def _without_jwts(match: re.Match[str]) -> str:
    """Return dotted words without the JWTs among them: three parts, the first of which holds `eyJ`."""
    parts = match[0].split(".")
    kept: list[str] = []
    at = 0
    while at < len(parts):
        begin = parts[at].find("eyJ")
        if 0 <= begin <= len(parts[at]) - 3 - _JWT_PART and at + 2 < len(parts) and len(parts[at + 1]) >= _JWT_PART:
            kept.append(parts[at][:begin] + REDACTED)
            at += 3
        else:
            kept.append(parts[at])
            at += 1
    return ".".join(kept)
