/** JSON as it came → values of a known type. A missing or mistyped key gives a neutral value, never an exception. */

import type { Json, JsonObject } from "./types";

export const UNKNOWN = "Unknown";

export function object(value: Json | undefined): JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
}

export function objectOrNull(value: Json | undefined): JsonObject | null {
  const found = object(value);
  return Object.keys(found).length > 0 ? found : null;
}

export function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: Json | undefined): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

export function number(value: Json | undefined): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function strings(value: Json | undefined): string[] {
  return list(value).flatMap((item) => text(item) ?? []);
}

/** `source` without the keys in `shown`. */
export function rest(source: JsonObject, shown: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(source).filter(([key]) => !shown.includes(key)));
}

export function truth(value: Json | undefined): boolean | null {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return null;
  const word = value.toLowerCase();
  return word === "true" ? true : word === "false" ? false : null;
}
