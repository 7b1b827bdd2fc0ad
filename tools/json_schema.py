"""TypedDicts to JSON Schema: the words of `chalicelib.formats.types`, in the dialect that OpenAPI 3.1 speaks."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from chalicelib.formats.types.words import Format, LeftOut, Words

Json = dict[str, Any]

PLAIN: Mapping[Any, Json] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    Any: {},
}


class Schemas:
    """Collects the schema of every TypedDict that it meets, by the class's name."""

    def __init__(self) -> None:
        self.named: dict[str, Json] = {}
        self._classes: dict[str, type] = {}

    def of(self, shape: Any) -> Json:
        """Return the schema of a type; a TypedDict's is a reference into `named`."""
        if is_typeddict(shape):
            return self._reference(shape)
        if shape in PLAIN:
            return dict(PLAIN[shape])
        read = BY_ORIGIN.get(get_origin(shape))
        if read is None:
            raise TypeError(f"no JSON Schema is known for {shape!r}")
        return read(self, shape)

    def _reference(self, shape: type) -> Json:
        known = self._classes.setdefault(shape.__name__, shape)
        if known is not shape:
            raise TypeError(f"two types are called {shape.__name__}")
        if shape.__name__ not in self.named:
            self.named[shape.__name__] = {}  # it may hold itself
            self.named[shape.__name__] = self._object(shape)
        return {"$ref": f"#/components/schemas/{shape.__name__}"}

    def _object(self, shape: Any) -> Json:
        hints = get_type_hints(shape, include_extras=True)
        required = [name for name in hints if name in shape.__required_keys__]
        order = [*required, *(name for name in hints if name not in shape.__required_keys__)]
        said = {"description": " ".join(inspect.cleandoc(shape.__doc__).split())} if shape.__doc__ else {}
        properties = {name: self.of(hints[name]) for name in order}
        return {"type": "object", **said, "properties": properties, **({"required": required} if required else {})}

    def _annotated(self, shape: Any) -> Json:
        inner, *words = get_args(shape)
        if LeftOut in words:
            inner = Union[tuple(each for each in get_args(inner) if each is not NoneType)]  # noqa: UP007 (of a tuple)
        schema = self.of(inner)
        for word in words:
            if isinstance(word, str):
                schema["description"] = word
            elif isinstance(word, Format):
                schema["format"] = word.name
            elif isinstance(word, Words):
                schema["enum"] = [*word.words, *([None] if "null" in schema["type"] else [])]
        return schema

    def _union(self, shape: Any) -> Json:
        options = [self.of(each) for each in get_args(shape)]
        *others, last = options
        if last == PLAIN[NoneType] and len(others) == 1 and isinstance(others[0].get("type"), str):
            return {**others[0], "type": [others[0]["type"], "null"]}
        return {"anyOf": options}

    def _list(self, shape: Any) -> Json:
        return {"type": "array", "items": self.of(get_args(shape)[0])}

    def _mapping(self, shape: Any) -> Json:
        values = self.of(get_args(shape)[1])
        return {"type": "object", "additionalProperties": values or True}


def _literal(_schemas: Schemas, shape: Any) -> Json:
    [word] = get_args(shape)
    return {"type": "string", "const": word}


BY_ORIGIN: Mapping[Any, Callable[[Schemas, Any], Json]] = {
    Annotated: Schemas._annotated,
    Union: Schemas._union,
    UnionType: Schemas._union,
    Literal: _literal,
    list: Schemas._list,
    dict: Schemas._mapping,
}
