import { describe, expect, it } from "vitest";
import table from "../../src/i18n/said.ko.json";
import { sentence } from "../../src/i18n/said";

const holes = (text: string) => [...new Set(text.match(/\{\d\}/g) ?? [])].toSorted();

describe("what the service says, in Korean", () => {
  it("fills the same holes as the English", () => {
    for (const [english, korean] of Object.entries(table)) expect(holes(korean), english).toEqual(holes(english));
  });

  it("keeps names as they are, and leaves alone what the table does not know", () => {
    expect(sentence("ko", "The pipeline runs in eu-west-1; the bucket a.b that it uses is in us-east-1.")).toBe(
      "파이프라인은 eu-west-1에서 실행되는데, 사용하는 버킷 a.b은(는) us-east-1에 있습니다.",
    );
    expect(sentence("ko", "The bucket's ACL could not be read (AccessDenied).")).toContain("(AccessDenied)");
    expect(sentence("ko", "Something new.")).toBe("Something new.");
    expect(sentence("ko", "constructor")).toBe("constructor");
    expect(sentence("en", "The bucket does not exist.")).toBe("The bucket does not exist.");
    expect(sentence("ko", `The bucket {1} $& \${x} has no object lock.`)).toBe(
      "버킷 {1} $& ${x}에 객체 잠금이 없습니다.",
    );
  });

  it("takes the form that says more of itself, and what is filled in may be a sentence too", () => {
    expect(
      sentence("ko", "The pipeline runs in a; the bucket b that it uses is in a region that could not be read."),
    ).toContain("리전은 읽지 못했습니다");
    expect(sentence("ko", "The pipeline writes to b. Which account owns the bucket could not be read.")).toBe(
      "파이프라인이 b에 씁니다. 어느 계정이 버킷을 소유하는지 읽지 못했습니다.",
    );
    expect(sentence("ko", "Sensitive data is written to b: access is not logged.")).toBe(
      "민감한 데이터가 b에 쓰입니다. 액세스가 기록되지 않습니다.",
    );
  });

  it("is not looked for in a text that is no sentence", () => {
    const long = `The bucket ${"x".repeat(5000)} has no object lock.`;
    expect(sentence("ko", long)).toBe(long);
  });
});
