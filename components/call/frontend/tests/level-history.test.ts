import { describe, expect, it } from "vitest";
import { LevelHistory, SLOT_MS, SLOTS } from "../src/call/level-history";

describe("the level history of both sides", () => {
  const read = (levelHistory: LevelHistory) => {
    const seen: [number, number, number, boolean][] = [];
    levelHistory.each((...step) => (step[1] > 0 || step[2] > 0 || step[3]) && seen.push(step));
    return seen;
  };

  it("keeps the loudest level of each slot, and the marks", () => {
    const levelHistory = new LevelHistory();
    levelHistory.push(1000, 0.5, 0);
    levelHistory.push(1050, 0.25, 0);
    levelHistory.push(1000 + SLOT_MS, 0, 0.75);
    levelHistory.mark(1000 + SLOT_MS);
    expect(read(levelHistory)).toEqual([
      [SLOTS - 2, 0.5, 0, false],
      [SLOTS - 1, 0, 0.75, true],
    ]);
  });

  it("drops old slots, and fills gaps with silence", () => {
    const levelHistory = new LevelHistory();
    levelHistory.push(1000, 1, 1);
    levelHistory.push(1000 + SLOT_MS * (SLOTS - 1), 0.5, 0);
    expect(read(levelHistory)).toHaveLength(2);
    levelHistory.push(1000 + SLOT_MS * SLOTS, 0, 0);
    expect(read(levelHistory)).toEqual([[SLOTS - 2, 0.5, 0, false]]);
    levelHistory.push(9e6, 0, 0);
    expect(read(levelHistory)).toEqual([]);
  });

  it("is empty before the first level", () => {
    expect(read(new LevelHistory())).toEqual([]);
  });
});
