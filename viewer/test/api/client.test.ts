import { describe, expect, it } from "vitest";
import { ApiFailure, apiRoot, requestUrl, retryAfterSeconds } from "../../src/api/client";

describe("a request", () => {
  it("goes to the API's root, below whatever stage the page's script came from", () => {
    const script = "https://abc.execute-api.ap-northeast-2.amazonaws.com/prod/viewer/index-x.js";
    const root = new URL("../", script);
    expect(requestUrl("lineage", { pipeline: "a&b=c", region: null, domain: "" }, root).href).toBe(
      "https://abc.execute-api.ap-northeast-2.amazonaws.com/prod/lineage?pipeline=a%26b%3Dc",
    );
    expect(apiRoot("http://127.0.0.1:8000/src/api/client.ts").href).toBe("http://127.0.0.1:8000/");
  });

  it("reads Retry-After in seconds, and nothing else", () => {
    expect(["3", "0", "Wed, 21 Oct 2026 07:28:00 GMT", "-1", null].map(retryAfterSeconds)).toEqual([
      3,
      0,
      null,
      null,
      null,
    ]);
  });

  it("wants a key where the gateway refuses", () => {
    expect([401, 403, 404, 502, 0].map((status) => new ApiFailure(status, "").wantsKey)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
