"""Secrets that known programs and SQL take under no telling name: `mysql -psesame`, `IDENTIFIED BY 'sesame'`.

They stand as texts, which `re` compiles once at first use, as in `secrets.text`; each costs linear time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from chalicelib.core.values.secrets.names import REDACTED, is_secret_name

# What programs take without a telling name: `curl -u me:sesame`, `mysql -psesame`, `docker login -p sesame`.
_USER_FLAGS = ("-u", "--user", "--proxy-user", "--auth")
_USER_FLAG = (
    r"(?<![\w-])(?P<flag>(?:-u|--user|--proxy-user|--auth)(?:\s{1,3}|=)[\"']?)(?P<pair>[^\s:/\"']++:[^\s\"']++)"
)
TOOLS: Mapping[str, str] = {
    **dict.fromkeys(("sshpass", "login", "mysql", "mysqldump", "mysqladmin", "mariadb"), "-p"),
    **dict.fromkeys(("mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport"), "-p"),
    **dict.fromkeys(("7z", "7za", "beeline", "cqlsh"), "-p"),
    **dict.fromkeys(("ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldappasswd"), "-w"),
    **dict.fromkeys(("zip", "unzip", "sqlcmd", "bcp"), "-P"),
    "redis-cli": "-a",
}
"""Programs that take a password after a flag of one letter, as `docker login` does, and that flag."""
LOGINS = ("vault", "wandb")
"""Programs whose `login` takes a key without a flag."""
_COMMAND = rf"\b(?:{'|'.join(sorted(TOOLS, key=len, reverse=True))})\s[^|;&\n]*+"
_SHORT = r"(?<=\s)(?P<flag>-[paPw]\s{0,3})[^\s-]\S*+"
_IDENTIFIED = r"(?i)(?P<before>\bidentified\s{1,3}(?:with\s{1,3}\S{1,64}\s{1,3})?(?:by|as)\s{1,3}[\"'])[^\"']++"
_IDENTIFIED_BARE = (
    r"(?i)(?P<before>\b(?:create|alter)\s{1,3}(?:user|role)\s{1,3}\S{1,128}\s{1,3}identified\s{1,3}by\s{1,3})"
    r"[^\s\"';,)]++"
)
# A user and a password with a slash between them, and a key that a login takes without a flag.
_ORACLE = r"(?P<before>\b(?:sqlplus|sqlldr|expdp|impdp)\s{1,3}(?:-\w{1,20}\s{1,3})?[\w$#]{1,128}/)[^\s@\"']{1,128}"
_SET = r"(?P<before>\b(?:ENV|ARG|setenv)\s{1,3}(?P<name>[A-Za-z]\w{0,127})\s{1,3})(?P<value>[^\s=]\S*+)"
_LOGIN = r"(?P<before>\b(?:vault|wandb)\s{1,3}login\s{1,3}(?:--?[\w-]{1,40}\s{1,3}){0,4})[^\s$\"'|;&-][^\s|;&]*+"
_USER_AND_PASSWORD = r"(?P<user>[^\s:/]++):(?!\d++$|[\w+:]*+//)\S++"


def is_user_flag(argument: str) -> bool:
    """Return whether an argument of a command says that a user with a password comes next: `-u`."""
    return argument in _USER_FLAGS


def redact_user(argument: str) -> str:
    """Return what follows `-u` or `--user` without its password: `me:sesame`, but not `1000:1000`."""
    found = re.fullmatch(_USER_AND_PASSWORD, argument)
    return f"{found['user']}:{REDACTED}" if found else argument


def without_arguments(text: str) -> str:
    """Return a text without the passwords that known programs and SQL take under no telling name."""
    if " -" in text and any(map(text.__contains__, (" -p", " -a", " -P", " -w"))):
        text = re.sub(_COMMAND, _without_short, text)
    if ":" in text and (" -u" in text or "--user" in text or "-user" in text or "--auth" in text):
        text = re.sub(_USER_FLAG, lambda found: found["flag"] + redact_user(found["pair"]), text)
    if "dentified" in text or "DENTIFIED" in text:
        text = re.sub(_IDENTIFIED, rf"\g<before>{REDACTED}", text)
        text = re.sub(_IDENTIFIED_BARE, rf"\g<before>{REDACTED}", text)
    if " login " in text:
        text = re.sub(_LOGIN, rf"\g<before>{REDACTED}", text)
    if "ENV " in text or "ARG " in text or "setenv " in text:
        text = re.sub(_SET, _without_set, text)
    if "/" in text and any(map(text.__contains__, ("sqlplus", "sqlldr", "expdp", "impdp"))):
        text = re.sub(_ORACLE, rf"\g<before>{REDACTED}", text)
    return text


def _without_set(found: re.Match[str]) -> str:
    return f"{found['before']}{REDACTED}" if is_secret_name(found["name"]) else found[0]


def _without_short(command: re.Match[str]) -> str:
    flag = TOOLS[command[0].split(None, 1)[0]]

    def without(found: re.Match[str]) -> str:
        return f"{found['flag']}{REDACTED}" if found[0].startswith(flag) else found[0]

    return re.sub(_SHORT, without, command[0])
