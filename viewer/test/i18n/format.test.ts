import { describe, expect, it } from "vitest";
import { en } from "../../src/i18n/en";
import { say, duration, time, number, preferred } from "../../src/i18n/format";
import { ko } from "../../src/i18n/ko";

const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).toSorted();

describe("words", () => {
  it("are the same in both languages, with the same holes", () => {
    expect(Object.keys(ko).toSorted()).toEqual(Object.keys(en).toSorted());
    for (const [key, text] of Object.entries(en)) expect(holes(ko[key as keyof typeof en]), key).toEqual(holes(text));
  });

  it("are filled once: a value that looks like a hole stays as it is", () => {
    expect(say("en", "choose.openExact", { name: "{name} {x}" })).toBe("Open “{name} {x}”");
  });

  it("follow the first language of the browser's that the page speaks", () => {
    expect(preferred(["fr-FR", "ko-KR", "en"])).toBe("ko");
    expect(preferred(["en-GB", "ko"])).toBe("en");
    expect(preferred(["fr"])).toBe("en");
    expect(preferred([])).toBe("en");
  });
});

describe("times and numbers", () => {
  it("are said in the reader's language", () => {
    expect([0, 9, 783, 3600, 90061].map((seconds) => duration("en", seconds))).toEqual([
      "0s",
      "9s",
      "13m 3s",
      "1h",
      "1d 1h",
    ]);
    expect(duration("ko", 783)).toBe("13분 3초");
    expect(time("en", "2026-03-01T09:00:00+00:00", "Asia/Seoul")).toBe("Mar 1, 2026, 6:00 PM");
    expect(time("en", "not a time")).toBeNull();
    expect(number("en", 0.63124)).toBe("0.63124");
    expect(number("en", 1e9)).toBe("1,000,000,000");
  });
});
