"""Secrets in running text: signed queries, credentials in URLs, assignments, and tokens that give themselves away.

Every pattern costs linear time: no part gives back what it took, and a search that failed is not begun again from
further on in the same run of letters. They stand as texts, which `re` compiles once at first use: most texts need none,
and compiling all would be a fourteenth of a cold start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from chalicelib.core.values.secrets.commands import without_arguments
from chalicelib.core.values.secrets.groups import closing, without_elements, without_group
from chalicelib.core.values.secrets.names import KOREAN_PARTS, PARTS, REDACTED, is_secret_name, words_of
from chalicelib.core.values.secrets.shapes import without_shapes

_SHOWN: dict[int, str] = {}
_SHOWN_AT_MOST = 16
"""What was made of the last long texts, by their hashes."""

_compiled = cache(re.compile)  # a pattern is compiled where one is first needed, and found at once ever after

_REMEMBERED = 2048
"""Length up to which a text is remembered: the same names and locations come again and again."""

# Also as JSON writes it where `&` may be no markup, and as a URL holds another one.
_QUERY = r"(?i)(?:[?&]|%3f|%26)(?:[^\s\"'<>\\]|\\u0026)*+"
_SIGNED = (
    r"(?i)(?:[?&]|\\u0026|%3f|%26)(?:amp;)?(?:x-(?:amz|goog)-(?:signature|credential|security-token)|awsaccesskeyid"
    r"|googleaccessid|key-pair-id|signature|sig)(?:=|%3d)"
)

# What stands before the host of a URL. After a colon it may hold slashes, as AWS's secret keys do; digits are a port.
_USER_INFO = r"(?<=://)(?P<user>[^\s/:@\"'<>]*+)(?P<secret>:(?:(?!://)[^\s@\"'<>])*+)?@"
_PORT = r":\d{1,5}(?:/|$)"
_SCHEME_WITH_TOKEN = r"(?i)https?$"
_ORACLE = r"(?<=:thin:)[^\s/@:]{1,128}+/[^\s@]{1,128}+(?=@)"

# The same without a scheme, before a host with its port: `me:sesame@db.example.com:5432`, `me:sesame@tcp(db:3306)`.
_BARE_USER = (
    r"(?<![\w.:/@%+-])[\w.+-]{1,64}:[^\s:@/\"'<>]{1,256}@"
    r"(?=(?:[A-Za-z][\w.-]{0,252}|\d{1,3}(?:\.\d{1,3}){3}):\d{2,5}(?!\w)|(?:tcp|unix)\()"
)

# The address to which anybody may post who knows its path.
_HOOK = r"(?i)(?<=://)(?P<host>hooks\.slack\.com|hook\.[\w-]{1,20}\.make\.com|[\w-]{1,63}\.webhook\.office\.com|[\w.-]{1,100}(?:/api)?/(?:web)?hooks?)/[^\s\"'\\<>]++"

# A name where one may begin, and what assigns to it: `name=`, `"name": `, `name: `, `--name value`, `"--name", "x"`,
# and as SQL has it `name 'x'`. After a slash or inside a word it would be a partition of a data set, or no name.
_NAME_AND_SIGN = (
    r"(?:(?<![\w./%-])|(?<=%3[Ff])|(?<=%26))(?P<dash>-D|--?)?_{0,2}(?P<name>[A-Za-z가-힣][\w.-]*+)"
    r"(?:(?P<equals>=|%3[Dd]|\\{0,15}[\"']\s{0,3}[:=]\s{0,3}|\s{1,3}=\s{1,3})|(?P<colon>\s{0,3}:(?:\s{1,3}|(?=[^\s/:])))"
    r"|(?P<quoted>\s{1,3}(?='))"
    r"|(?(dash)(?:\s{1,3}|\\{0,3}[\"']\s{0,3},\s{0,3})(?![\s-])|(?!)))"
)
_SIGNS = ("=", " ", '"', "'", "\n", "\t", "%3D", "%3d")
_OPENING = r"\\{0,15}[\"']"
_ASSIGNED = r"\$\{[^}]*+\}|(?:(?!%26)[^\s\"'\\&,;<>(){}])++"
_ARGUMENT = r"[^\s\"'\\]++"
_HEADER = (
    r"(?i)(?:digest|aws4-hmac-sha256)\s[^\r\n'\\<>]*+"
    r"|(?:(?:basic|bearer|negotiate|token|apikey)\s{1,3})?[^\s\"'\\;<>]++"
)
_HAS_DIGIT = r"[\\\"']{0,16}+[^\s\"'\\&,;(){}\d]{0,64}+\d"
_COOKIE = r"[^\s=;\"'\\<>]{1,128}=[^\r\n\"'\\<>]*+"
_BLOCK = r"[|>][+-]?[ \t]*+\n(?:[ \t]++[^\n]*+\n?|\n)*+"
_PASSWORD = r"(?i)passwor[dt]|passwd|passphrase|pwd|비밀번호|패스워드|암호"
_NEXT_NAME = r"[\w.-]++[:=].*+"
# What stands under a secret's name and is none: where to read it, a word that denies it or says by which method, what
# only a run fills in, a mark or fraction of a model's text.
_NO_SECRET = (
    r"(?:arn:[\w-]++:|s3[an]?://)\S++|\{\{resolve:[^}]*+\}\}|\$\{[^}]*+\}|(?i:true|false|yes|no|on|off|none|null|nil)"
    r"|(?i:(?:aws_)?iam|basic|bearer|digest|kerberos|ldap|m?tls|ntlm|oauth2?|oidc|plain|saml|sigv4|ssl|sso|token)"
    r"|<[\w|/:.-]{1,40}>|\[[A-Z_]{2,16}\]|[+-]?\d{0,10}\.\d{1,20}(?:[eE][+-]?\d{1,3})?"
)
# Names too plain to tell anywhere but in a query, whose value is long and no word.
_QUERY_KEY = r"(?i)(?P<before>[?&](?:key|code|auth|subscription-key)=)(?=[^&\s]{0,200}\d)[\w%.~+-]{20,}+=*+"


def redact_text(text: str) -> str:
    """Return `text` without its secrets, and otherwise to the letter.

    Secrets are the queries of signed URLs, user names and passwords in URLs, what is assigned to a secret's name, the
    paths of webhooks, and texts in the shape of a known credential.
    """
    shown = _remembered(text) if len(text) <= _REMEMBERED else _shown_long(text)
    return text if shown == text else shown  # the very same text, so that nothing around it is copied


def is_no_secret(value: str) -> bool:
    """Return whether a value is none, whatever its name: an ARN, an S3 location, `true`, `none`, a template."""
    return _compiled(_NO_SECRET).fullmatch(value) is not None and _compiled(_SIGNED).search(value) is None


def is_secret_flag(argument: str) -> bool:
    """Return whether an argument of a command says that a secret comes next: `--db-password`."""
    flag = argument.lstrip("-")
    return 0 < len(argument) - len(flag) <= 2 and is_secret_name(flag) and "=" not in flag


@lru_cache(maxsize=8192)
def _remembered(text: str) -> str:
    return _redacted(text)


@lru_cache(maxsize=8)
def _remembered_long(text: str) -> str:
    """Return the same: a long text stands in one answer a dozen times."""
    return _redacted(text)


def _shown_long(text: str) -> str:
    """Return the same; what was made of a text has no more secrets, and is not looked at again."""
    if _SHOWN.get(hash(text) % _SHOWN_AT_MOST) == text:
        return text
    shown = _remembered_long(text)
    _SHOWN[hash(shown) % _SHOWN_AT_MOST] = shown
    return shown


def _redacted(text: str) -> str:
    if "?" in text or "&" in text or "%" in text:
        text = re.sub(_QUERY, _without_query_secrets, text)
    if "@" in text:
        text = re.sub(_ORACLE, REDACTED, re.sub(_USER_INFO, _without_user, text))
        text = re.sub(_BARE_USER, f"{REDACTED}@", text)
    if "ook" in text or "OOK" in text:
        text = re.sub(_HOOK, rf"\g<host>/{REDACTED}", text)
    if " " in text:
        text = without_arguments(text)
    if _may_assign(text):
        text = "".join(_without_assigned(text))
    if "</" in text:
        text = without_elements(text, is_no_secret)
    return without_shapes(text)


def _without_query_secrets(query: re.Match[str]) -> str:
    if _compiled(_SIGNED).search(query[0]):
        return f"{query[0][0] if query[0][0] != '%' else query[0][:3]}{REDACTED}"
    return re.sub(_QUERY_KEY, rf"\g<before>{REDACTED}", query[0])


def _may_assign(text: str) -> bool:
    """Return whether a text holds a sign that assigns and a part of a secret's name: a cheap first look.

    Most texts with colons are locations and ARNs.
    """
    if any(map(text.__contains__, _SIGNS)) or "ass" in text or "ASS" in text or "pwd" in text or "PWD" in text:
        return any(map(text.lower().__contains__, PARTS if text.isascii() else PARTS + KOREAN_PARTS))
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
        if match.start() < done or not _names_secret(match, text) or text.startswith(REDACTED, match.end()):
            continue
        if _opens_group(match, text):
            yield text[done : match.end()]
            group, done = without_group(text, match.end(), is_no_secret)
            yield group
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


def _opens_group(match: re.Match[str], text: str) -> bool:
    """Return whether a list or object is assigned; after a colon prose may go on, as in `Invalid token: [UNK]`."""
    assigned = match["equals"] or (match["colon"] and match["name"].lower() != "token")
    return bool(assigned) and text[match.end() : match.end() + 1] in ("[", "{")


def _names_secret(match: re.Match[str], text: str) -> bool:
    """Return whether what is assigned to has a secret's name.

    `PWD` is one among a database's settings alone, and `auth` where no method or variable follows: `auth=my_auth`.
    """
    name = match["name"]
    if name.lower() in ("auth", "_auth"):
        return _compiled(_HAS_DIGIT).match(text, match.end()) is not None
    return is_secret_name(name) or (name == "PWD" and text[match.start() - 1 : match.start()] == ";")


def _value_of(match: re.Match[str], text: str) -> tuple[int, int]:
    """Return where the value starts and ends: in quotes up to the closing one, else up to what ends a word."""
    opening = _compiled(_OPENING).match(text, match.end())
    if opening:
        closed = closing(opening[0]).search(text, opening.end())
        if closed:
            return opening.end(), closed.start()
    start = opening.end() if opening else match.end()
    name = match["name"].lower()
    shape = _ARGUMENT if match["dash"] else _ASSIGNED
    if match["colon"] and text.startswith(("|", ">"), start):
        shape = _BLOCK
    elif name.endswith("authorization"):
        shape = _HEADER
    elif match["colon"] and name.endswith("cookie"):
        shape = _COOKIE
    found = _compiled(shape).match(text, start)
    return start, found.end() if found else start


def _is_assigned(match: re.Match[str], text: str, start: int, end: int) -> bool:
    """Return whether what follows a colon is a value rather than prose: `Invalid token: the end of …`."""
    name, value = match["name"], text[start:end]
    if match["quoted"] is not None and match["dash"] is None:
        return _is_password(name) or _is_compound(name)
    if match["colon"] is None:
        return True
    if not _is_password(name) and not match["colon"][-1].isspace():
        return False  # a part of an ARN
    if "\n" in match["colon"] and _compiled(_NEXT_NAME).match(value + text[end : end + 1]):
        return False  # the next line's name
    if _is_compound(name) or name.lower() == "authorization":
        return True
    if name.lower() == "cookie" or value.startswith(("|", ">")):
        return True
    if _is_password(name):
        return not value.islower() or not value.isalpha() or text[end : end + 1] in ("", "\n", "\r")
    return len(value) >= 6 and any(letter.isdigit() for letter in value)


@lru_cache(maxsize=4096)
def _is_password(name: str) -> bool:
    return _compiled(_PASSWORD).search(name) is not None


@lru_cache(maxsize=4096)
def _is_compound(name: str) -> bool:
    return len(words_of(name)) > 1
