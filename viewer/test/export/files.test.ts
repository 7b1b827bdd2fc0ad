import { describe, expect, it } from "vitest";
import { fileName } from "../../src/export/files";

describe("a file's name", () => {
  it("is one that every file system takes", () => {
    expect(fileName("../..//etc/pass wd", "svg")).toBe("etc-pass-wd.svg");
    expect(fileName("파이프라인", "json")).toBe("파이프라인.json");
    expect(fileName("???", "png")).toBe("lineage.png");
  });
});
