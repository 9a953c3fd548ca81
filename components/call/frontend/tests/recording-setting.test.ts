import { describe, expect, it } from "vitest";
import { readWanted } from "../src/call/recorder";

describe("the recording setting", () => {
  it("is yes offline and no in the cloud, until the caller decides", () =>
    expect(readWanted(null)).toEqual({ twin: true, cloud: false }));
  it("is stored per place", () => expect(readWanted('{"twin": false, "cloud": true}')).toEqual({ twin: false, cloud: true }));
  it.each(["", "7", "null", '{"twin": "yes"}'])("is the default if the stored setting is %j", (kept) => {
    expect(readWanted(kept)).toEqual({ twin: true, cloud: false });
  });
});
