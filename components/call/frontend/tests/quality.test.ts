import { describe, expect, it } from "vitest";
import { gradeOf, QualityChanges, qualityOf } from "../src/call/quality";

describe("the network quality", () => {
  it.each([
    [0, "unknown"],
    [1, "good"],
    [2, "good"],
    [3, "fair"],
    [4, "poor"],
    [5, "poor"],
    [6, "none"],
  ] as const)("calls Agora's level %i %s", (level, grade) => expect(qualityOf(level, level)).toEqual({ up: grade, down: grade }));

  it("is the worse of uplink and downlink", () => {
    expect(gradeOf(qualityOf(1, 5))).toBe("poor");
    expect(gradeOf(qualityOf(6, 1))).toBe("none");
    expect(gradeOf(qualityOf(0, 2))).toBe("good");
    expect(gradeOf(qualityOf(0, 0))).toBe("unknown");
  });

  it("is logged only when it has changed", () => {
    const changes = new QualityChanges();
    const told = [qualityOf(0, 0), qualityOf(1, 1), qualityOf(2, 1), qualityOf(4, 1), qualityOf(0, 0), qualityOf(1, 1)].map((q) =>
      changes.of(q),
    );
    expect(told).toEqual([
      null,
      "good (up good, down good)",
      null,
      "poor (up poor, down good)",
      null,
      "good (up good, down good)",
    ]);
  });

  it("is redrawn only when a direction has changed", () => {
    const changes = new QualityChanges();
    const seen = [qualityOf(1, 1), qualityOf(2, 1), qualityOf(2, 4), qualityOf(2, 5), qualityOf(1, 1)];
    expect(seen.map((quality) => changes.isNew(quality))).toEqual([true, false, true, false, true]);
  });
});
