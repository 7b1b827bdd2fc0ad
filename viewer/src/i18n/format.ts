/** Words, times and numbers in the reader's language; pure. */

import type { Language } from "../state/view";
import { en, type Key } from "./en";
import { ko } from "./ko";

const WORDS: Record<Language, Record<Key, string>> = { en, ko };

export function isKey(text: string): text is Key {
  return Object.hasOwn(en, text);
}

export function say(language: Language, key: Key, values: Record<string, string | number> = {}): string {
  return WORDS[language][key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}

/** 783 s is `13m 3s`, `13분 3초`. */
export function duration(language: Language, seconds: number): string {
  const units = language === "ko" ? ["일", "시간", "분", "초"] : ["d", "h", "m", "s"];
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 86400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60, whole % 60];
  const first = parts.findIndex((part) => part > 0);
  if (first < 0) return `0${units[3]}`;
  return parts
    .slice(first, first + 2)
    .flatMap((part, i) => (part > 0 ? `${part}${units[first + i]}` : []))
    .join(" ");
}

/** In the reader's own time zone; null where the text is no time. */
export function time(language: Language, iso: string, timeZone?: string): string | null {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return null;
  const style = { dateStyle: "medium", timeStyle: "short", ...(timeZone ? { timeZone } : {}) } as const;
  return new Intl.DateTimeFormat(language, style).format(at);
}

export function number(language: Language, value: number): string {
  return new Intl.NumberFormat(language, { maximumSignificantDigits: 8 }).format(value);
}

/** The first of the browser's languages that the page speaks. */
export function preferred(languages: readonly string[]): Language {
  for (const tag of languages) {
    const language = tag.toLowerCase().split("-")[0];
    if (language === "ko" || language === "en") return language;
  }
  return "en";
}
