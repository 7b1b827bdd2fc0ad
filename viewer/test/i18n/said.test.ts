import { describe, expect, it } from "vitest";
import { RULES, SENTENCES } from "../../src/i18n/findings.ko";
import { ruleRemediation, ruleTitle, sentence } from "../../src/i18n/said";

const source = Object.values(
  import.meta.glob<string>("../../../chalicelib/core/{posture,findings}/**/*.py", {
    query: "?raw",
    import: "default",
    eager: true,
  }),
);
/** The service's sources as one text, with texts over several lines joined. */
const said = source.join("\n").replaceAll(/"\s*\n\s*f?"/g, "");
const holes = (text: string) => [...new Set(text.match(/\{\d\}/g) ?? [])].toSorted();

describe("rules in Korean", () => {
  it("are all that the service has, and no others", () => {
    const ids = [...said.matchAll(/^ {8}id="([^"]+)",$/gm)].map(([, id]) => id!);
    expect(ids.length).toBeGreaterThan(20);
    expect(Object.keys(RULES).toSorted()).toEqual(ids.toSorted());
  });

  it("are said in Korean alone; a rule that the page does not know stays as the service says it", () => {
    expect(ruleTitle("ko", "FLOW-05", "Cross-Region data flow")).toBe("리전을 넘는 데이터 흐름");
    expect(ruleTitle("en", "FLOW-05", "Cross-Region data flow")).toBe("Cross-Region data flow");
    expect(ruleRemediation("ko", "constructor", "Mend it.")).toBe("Mend it.");
  });
});

describe("sentences in Korean", () => {
  it("fill the same holes as the English ones", () => {
    for (const [english, korean] of SENTENCES) expect(holes(korean), english).toEqual(holes(english));
  });

  it("are of sentences that the service still says", () => {
    for (const phrase of [
      "No bucket policy makes it public.",
      "RestrictPublicBuckets takes its effect away.",
      "The ACL grants nothing to everyone.",
      "blocks no public access.",
      "does not keep versions",
      "could not be read.",
    ]) {
      expect(said, phrase).toContain(phrase);
    }
  });

  it("keep names as they are, and leave alone what they do not know", () => {
    expect(sentence("ko", "The pipeline runs in eu-west-1; the bucket a.b that it uses is in us-east-1.")).toBe(
      "파이프라인은 eu-west-1에서 실행되는데, 사용하는 버킷 a.b은(는) us-east-1에 있습니다.",
    );
    expect(sentence("ko", "The bucket's ACL could not be read (AccessDenied).")).toContain("(AccessDenied)");
    expect(sentence("ko", "Something new.")).toBe("Something new.");
    expect(sentence("en", "The bucket does not exist.")).toBe("The bucket does not exist.");
    expect(sentence("ko", `The bucket {1} $& \${x} has no object lock.`)).toBe(
      "버킷 {1} $& ${x}에 객체 잠금이 없습니다.",
    );
  });

  it("are not looked for in a text that is none", () => {
    const long = `The bucket ${"x".repeat(5000)} has no object lock.`;
    expect(sentence("ko", long)).toBe(long);
  });
});
