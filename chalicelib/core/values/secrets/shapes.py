"""Tokens that give themselves away wherever they stand, by their shape alone.

They stand as texts, which `re` compiles once at first use, as in `secrets.text`; each costs linear time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from chalicelib.core.values.secrets.names import REDACTED

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
        (("gsk_", "csk_", "nfp_", "figd_"), r"(?<![A-Za-z0-9])(?:gsk|pcsk|nfp|figd)_[\w-]{36,}+"),
        (
            ("lsv2_", "sntry", "CCIP", "pscale_"),
            r"(?<![A-Za-z0-9])(?:lsv2_(?:pt|sk)|sntry[su]|CCIP(?:AT|RJ)|pscale_(?:tkn|pw|oauth))_[\w.+/=-]{28,}+",
        ),
        (("sbp_", "gems_"), r"(?<![A-Za-z0-9])(?:sbp|rubygems)_[0-9a-f]{40,}+"),
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
        (
            ("pplx-", "xai-", "tskey-"),
            r"(?<![A-Za-z0-9])(?:pplx-[A-Za-z0-9]{40,}+|xai-\w{60,}+|tskey-[a-z]++-[\w-]{20,}+)",
        ),
        (("PMAK-",), r"PMAK-[0-9a-f]{20,}+-[0-9a-f]{30,}+"),
        (("Private-Lines: ",), r"(?<=Private-Lines: )\d{1,4}\s++(?:[A-Za-z0-9+/=]++\s?)*+"),
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
        ((".atlasv1.",), r"(?<=\.atlasv1\.)[\w=-]{40,}+"),
        (("dt0c01.", "dt0s01."), r"dt0[cs]01\.[A-Z0-9]{20,}+\.[A-Z0-9]{40,}+"),
        (("dp.",), r"(?<![A-Za-z0-9])dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{36,}+"),
        (("pat",), r"(?<![A-Za-z0-9])pat[A-Za-z0-9]{14}\.[0-9a-f]{60,}+"),
        (("ya29.", "hvs.", "hvb.", "hvr."), r"(?<![A-Za-z0-9])(?:ya29|hv[sbr])\.[\w-]{20,}+"),
    ],
    " ": [
        (("secret_access_key ", "session_token "), r"(?<=(?:_access_key|ssion_token) )(?=\S{0,200}\d)[\w/+=-]{16,}+"),
        (("machine ",), r"(?<=\spassword )\S++"),
        (("earer ",), r"(?<=[Bb]earer )(?=[^\s\d]{0,80}\d)[\w.~+/-]{8,}+=*+"),
        (("asic ",), r"(?<=[Bb]asic )(?=[A-Za-z+/_-]{0,80}(?:[0-9=]|(?<=[a-z])[A-Z]))[A-Za-z0-9+/_-]{6,}+=*+"),
    ],
    "d": [(("dapi",), r"\bdapi[0-9a-f]{32}(?:-\d)?\b")],
    "~": [(("Q~",), r"(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])")],
    "T": [(("ATATT3",), r"ATATT3[\w=-]{100,}+")],
    "y": [
        (("pagerduty.com/integration/",), r"(?<=pagerduty\.com/integration/)\w{16,}+"),
        (("/with/key/",), r"(?<=/with/key/)[\w-]{8,}+"),
    ],
    "K": [(("SK",), r"\bSK[0-9a-f]{32}\b")],
    "Z": [(("FwoGZXIvYXdz",), r"FwoGZXIvYXdz[\w/+=-]{40,}+")],
    "Q": [(("IQoJb3JpZ2lu",), r"IQoJb3JpZ2lu[\w/+=-]{40,}+")],
}


def without_shapes(text: str) -> str:
    """Return a text without the tokens of known shape in it."""
    if "eyJ" in text:
        text = re.sub(_DOTTED, _without_jwts, text)
    for letter, shapes in _SHAPES.items():
        if letter in text:
            for literals, shape in shapes:
                if any(map(text.__contains__, literals)):
                    text = re.sub(shape, REDACTED, text)
    return text


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
