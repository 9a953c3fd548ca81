import { expect, it } from "vitest";
import { base64Of, samplesOf } from "../src/caller/samples";

it("converts samples to text and back, also long lines", () => {
  const samples = Int16Array.from({ length: 100_001 }, (_, at) => ((at * 7919) % 65_536) - 32_768);
  const back = samplesOf(base64Of(samples));
  expect(back).toHaveLength(samples.length);
  expect(back.every((sample, at) => sample === samples[at])).toBe(true); // toEqual takes seconds on a long array
});

it("encodes a part of a larger buffer", () => {
  const bytes = Uint8Array.from([1, 2, 3, 4, 5]);
  expect(base64Of(bytes.subarray(1, 3))).toBe("AgM=");
});
