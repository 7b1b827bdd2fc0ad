"""Sentences that a source file can say, found by reading it: every branch, with a hole for what a run fills in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = ast.FunctionDef | ast.AsyncFunctionDef

HOLE = "<…>"
"""Stands for text that only a run knows."""


class Module:
    """One source file, and what the expressions in it can be as text.

    A parameter is whatever any call in the file gives it, a call of the file's own function whatever that returns, a
    variable whatever is assigned to it; everything else is a hole.
    """

    def __init__(self, path: Path) -> None:
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.functions = {node.name: node for node in ast.walk(self.tree) if isinstance(node, FUNCTION)}
        self.within = {
            id(child): node
            for node in ast.walk(self.tree)  # breadth first: the innermost function is the last to claim a child
            if isinstance(node, FUNCTION)
            for child in ast.walk(node)
            if child is not node
        }
        self._open: set[int] = set()

    def texts(self, node: ast.AST | None) -> set[str]:
        """Return all texts that an expression can be."""
        if node is None or id(node) in self._open:
            return {HOLE}
        self._open.add(id(node))
        try:
            return self._texts(node)
        finally:
            self._open.discard(id(node))

    def _texts(self, node: ast.AST) -> set[str]:
        match node:
            case ast.Constant(value=value):
                return set() if value is None else {str(value)}
            case ast.JoinedStr(values=parts):
                return {"".join(each) for each in product(*(sorted(self.texts(part)) for part in parts))}
            case ast.FormattedValue(value=value):
                return self.texts(value)
            case ast.IfExp(body=one, orelse=other):
                return self.texts(one) | self.texts(other)
            case ast.BinOp(left=one, right=other, op=ast.Add()):
                return {"".join(each) for each in product(self.texts(one), self.texts(other))}
            case ast.BoolOp(values=values):
                return {text for value in values for text in self.texts(value)}
            case ast.Name(id=name):
                return self._named(name, node) or {HOLE}
            case ast.Subscript(value=ast.Name(id=name)):
                return self.entries(name) or {HOLE}
            case ast.Call():
                return self._called(node) or {HOLE}
        return {HOLE}

    def _called(self, node: ast.Call) -> set[str]:
        match node.func:
            case ast.Name(id=name) if name in self.functions:
                own = ast.walk(self.functions[name])
                return {text for each in own if isinstance(each, ast.Return) for text in self.texts(each.value)}
            case ast.Attribute(value=form, attr="format"):
                holes = {word.arg: HOLE for word in node.keywords if word.arg}
                return {text if text == HOLE else text.format(**holes) for text in self.texts(form)}
        return set()

    def _named(self, name: str, node: ast.AST) -> set[str]:
        function = self.within.get(id(node))
        while function is not None:
            assigned = self.assigned(name, function)
            if assigned:
                return {text for value in assigned for text in self.texts(value)}
            names = [each.arg for each in function.args.args]
            if name in names:
                return {text for given in self._given(function, names.index(name)) for text in self.texts(given)}
            function = self.within.get(id(function))
        return set()

    def _given(self, function: Function, place: int) -> Iterator[ast.AST]:
        for node in ast.walk(self.tree):
            match node:
                case ast.Call(func=ast.Name(id=name), args=given) if name == function.name and place < len(given):
                    yield given[place]

    def assigned(self, name: str, within: ast.AST | None = None) -> list[ast.expr]:
        """Return whatever is assigned to a variable, in the whole file or within a part of it."""
        return [
            each.value
            for each in ast.walk(within or self.tree)
            if isinstance(each, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in each.targets)
        ]

    def entries(self, name: str) -> set[str]:
        """Return the texts that a dict of the file holds as values."""
        dicts = [value for value in self.assigned(name) if isinstance(value, ast.Dict)]
        return {text for each in dicts for value in each.values for text in self.texts(value)}


def keyword(module: Module, call: str, name: str, place: int | None = None) -> set[str]:
    """Return the texts that any call of a function or method `call` is given as `name`, or at `place`."""
    found: set[str] = set()
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if called == call:
                given = [word.value for word in node.keywords if word.arg == name]
                given += node.args[place : place + 1] if place is not None else []
                found.update(text for value in given for text in module.texts(value))
    return found
