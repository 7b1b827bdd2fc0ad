import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/api/types";
import { weakestOn } from "../../src/model/weakest";
import { impact } from "../impacts";

const on = (facts: Record<string, JsonObject>) => {
  const { start, nodes } = impact(["a", "b", "c"], { facts });
  const found = weakestOn([...start, ...nodes]);
  return found && [found.vertex.id, found.why];
};

describe("the weakest place on a path", () => {
  it("is a public one, then one that is not encrypted, then the less strongly protected", () => {
    expect(on({ a: { encryption: "None" }, b: { publicAccess: "Public" } })).toEqual(["b", "publicAccess Public"]);
    expect(on({ a: { publicAccess: "NotPublic" }, c: { encryption: "None" } })).toEqual(["c", "encryption None"]);
    expect(on({ a: { encryption: "aws:kms" }, b: { encryption: "AES256" } })).toEqual(["b", "encryption AES256"]);
  });

  it("is the sensitive one of equals", () => {
    const open = { publicAccess: "Public" };
    expect(on({ a: open, b: { ...open, sensitive: true } })).toEqual(["b", "publicAccess Public"]);
  });

  it("is no verdict where a place on the way is not listed, unless the worst is among the others", () => {
    const far = { ...impact(["data:a"]).start[0]!, unlisted: true };
    const open = { ...far, unlisted: false, facts: { publicAccess: "Public" } };

    expect(weakestOn([{ ...far, unlisted: false, facts: { encryption: "AES256" } }, far])).toBeNull();
    expect(weakestOn([open, far])?.why).toBe("publicAccess Public");
  });

  it("is no verdict where nothing was read", () => {
    expect(on({ a: { publicAccess: "Unknown", encryption: "Unknown" } })).toBeNull();
  });
});
