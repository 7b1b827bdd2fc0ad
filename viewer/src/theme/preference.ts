/** Language and theme: what the address says, else what this reader chose before, else what the browser prefers. */

import { preferred } from "../i18n/format";
import type { Language, Theme, View } from "../state/view";

function remembered(slot: string): string | null {
  try {
    return window.localStorage.getItem(slot);
  } catch {
    return null;
  }
}

export function remember(slot: "language" | "theme", value: string): void {
  try {
    window.localStorage.setItem(slot, value);
  } catch {
    // Storage switched off: the choice then holds for this view, whose address has it.
  }
}

export function languageOf(view: View): Language {
  const known = view.language ?? remembered("language");
  return known === "en" || known === "ko" ? known : preferred(navigator.languages);
}

/** null leaves it to the browser. */
export function themeOf(view: View): Theme | null {
  const known = view.theme ?? remembered("theme");
  return known === "light" || known === "dark" ? known : null;
}
