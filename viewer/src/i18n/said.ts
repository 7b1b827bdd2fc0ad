/** What the service says in English, in the reader's language where that is known; pure. */

import type { Language } from "../state/view";
import { RULES, SENTENCES } from "./findings.ko";

const FORMS = SENTENCES.map(([english, korean]) => {
  const source = english
    .split(/\{\d\}/)
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("([\\s\\S]+?)");
  return { pattern: new RegExp(`^${source}$`), korean };
});
/** A longer text is no sentence of the service's own, and not worth the search. */
const LONGEST = 600;

export function ruleTitle(language: Language, rule: string, english: string): string {
  return language === "ko" && Object.hasOwn(RULES, rule) ? RULES[rule]!.title : english;
}

export function ruleRemediation(language: Language, rule: string, english: string): string {
  return language === "ko" && Object.hasOwn(RULES, rule) ? RULES[rule]!.remediation : english;
}

/** One sentence of the service's: a finding's description, a reason. Names in it stay as they are. */
export function sentence(language: Language, english: string): string {
  if (language !== "ko" || english.length > LONGEST) return english;
  for (const { pattern, korean } of FORMS) {
    const found = pattern.exec(english);
    if (found) return korean.replace(/\{(\d)\}/g, (hole, number: string) => found[Number(number)] ?? hole);
  }
  return english;
}
