"""The page's Korean: of all that the service can say in English about findings, verdicts and gaps, and of no more."""

from __future__ import annotations

import ast
import json
import re
from itertools import product
from pathlib import Path

from chalicelib.core.findings.rules.exposure import LACKS
from chalicelib.core.findings.table import RULES
from tests.said import HOLE, Module, keyword

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "chalicelib"
KOREAN: dict[str, str] = json.loads((ROOT / "viewer" / "src" / "i18n" / "said.ko.json").read_text(encoding="utf-8"))
FORMS = {english: re.compile(re.sub(r"\\\{\d\\\}", "(.+?)", re.escape(english)), re.DOTALL) for english in KOREAN}


def findings() -> set[str]:
    modules = map(Module, sorted((CODE / "core" / "findings" / "rules").glob("*.py")))
    return {text for module in modules for text in keyword(module, "Hit", "desc")}


def lacks() -> set[str]:
    """Return what FLOW-17 says that a bucket lacks: one thing of each kind, or one of one."""
    kinds: dict[str, list[str]] = {}
    for (what, _), text in LACKS.items():
        kinds.setdefault(what, []).append(text)
    return {*LACKS.values(), *map(", and ".join, product(*kinds.values()))}


def reasons() -> set[str]:
    module = Module(CODE / "core" / "posture" / "reasons.py")
    yielded = (node.value for node in ast.walk(module.tree) if isinstance(node, ast.Yield))
    whole = {text for value in yielded for text in module.texts(value)} | {"The bucket does not exist."}
    beside = map(Module, sorted((CODE / "core" / "posture").glob("*.py")))
    return whole | {text for each in beside for text in keyword(each, "Owner", "reason", 2)}


def gaps() -> set[str]:
    modules = map(Module, sorted(CODE.rglob("*.py")))
    return {
        text
        for module in modules
        for text in keyword(module, "Gap", "message", 1) | keyword(module, "_replace", "message")
    } - {HOLE}


def stores() -> set[str]:
    """Return why a store cannot be read, which the page says where the account would stand."""
    modules = [Module(path) for room in ("store", "routes", "core/account") for path in (CODE / room).glob("*.py")]
    refusals = ("StoreUnreadable", "NewerStore")
    return {text for module in modules for name in refusals for text in keyword(module, name, "message", 0)} - {HOLE}


def rules() -> set[str]:
    return {text for rule in RULES for text in (rule.title, rule.remediation)}


def causes() -> set[str]:
    module = Module(CODE / "core" / "diff" / "difference.py")
    return {text for value in module.assigned("desc") for text in module.texts(value)}


SAID = rules() | findings() | lacks() | reasons() | gaps() | causes() | stores()


def test_the_sources_are_read() -> None:
    assert f"The bucket {HOLE} has no object lock." in SAID
    assert len(SAID) > 180


def test_each_sentence_has_its_korean() -> None:
    missing = {text for text in SAID if not any(form.fullmatch(text) for form in FORMS.values())}

    assert missing == set()


def test_no_korean_is_left_of_a_sentence_that_is_said_no_more() -> None:
    stale = {english for english, form in FORMS.items() if not any(map(form.fullmatch, SAID))}

    assert stale == set()
