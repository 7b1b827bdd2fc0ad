import { createContext, useContext, useMemo, type ReactNode } from "react";
import type { Language } from "../state/view";
import type { Key } from "./en";
import { duration, isKey, number, say, time } from "./format";
import { sentence } from "./said";

export interface Words {
  language: Language;
  t: (key: Key, values?: Record<string, string | number>) => string;
  /** The word for a value that AWS may extend: its translation where there is one, else the value itself. */
  term: (family: string, value: string) => string;
  duration: (seconds: number) => string;
  time: (iso: string) => string | null;
  number: (value: number) => string;
  /** A title or sentence of the service's, in the reader's language where that is known. */
  sentence: (english: string) => string;
}

function wordsIn(language: Language): Words {
  return {
    language,
    t: (key, values) => say(language, key, values),
    term: (family, value) => {
      const key = `${family}.${value}`;
      return isKey(key) ? say(language, key) : value;
    },
    duration: (seconds) => duration(language, seconds),
    time: (iso) => time(language, iso),
    number: (value) => number(language, value),
    sentence: (english) => sentence(language, english),
  };
}

const Context = createContext<Words>(wordsIn("en"));

export function WordsProvider({ language, children }: { language: Language; children: ReactNode }) {
  const words = useMemo(() => wordsIn(language), [language]);
  return <Context value={words}>{children}</Context>;
}

export const useWords = (): Words => useContext(Context);
