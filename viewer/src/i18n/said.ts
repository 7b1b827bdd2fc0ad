/** What the service says in English, in the reader's language where the table knows it; pure. */

import type { Language } from "../state/view";
import table from "./said.ko.json";

interface Form {
  pattern: RegExp;
  korean: string;
}

/** A longer text is no sentence of the service's own, and not worth the search. */
const LONGEST = 600;
/** What is filled in may be a sentence itself, and so once more. */
const DEEPEST = 2;

const WHOLE: ReadonlyMap<string, string> = new Map(Object.entries(table));

const literals = (english: string): number => english.replaceAll(/\{\d\}/g, "").length;

/** The forms with something to fill in; what says more of itself comes first. */
const FORMS: readonly Form[] = Object.entries(table)
  .filter(([english]) => /\{\d\}/.test(english))
  .toSorted(([one], [other]) => literals(other) - literals(one))
  .map(([english, korean]) => {
    const source = english
      .split(/\{\d\}/)
      .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join("([\\s\\S]+?)");
    return { pattern: new RegExp(`^${source}$`), korean };
  });

function inKorean(english: string, depth: number): string {
  const whole = WHOLE.get(english);
  if (whole !== undefined || depth > DEEPEST) return whole ?? english;
  for (const { pattern, korean } of FORMS) {
    const found = pattern.exec(english);
    if (found)
      return korean.replace(/\{(\d)\}/g, (hole, number: string) => {
        const given = found[Number(number)];
        return given === undefined ? hole : inKorean(given, depth + 1);
      });
  }
  return english;
}

/** A title, sentence or remedy of the service's. Names in it stay as they are, and so does what no one translated. */
export function sentence(language: Language, english: string): string {
  return language === "ko" && english.length <= LONGEST ? inKorean(english, 0) : english;
}
