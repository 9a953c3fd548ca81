import { describe, expect, it } from "vitest";
import type { Look } from "../src/call/state";
import { isDark, readColor } from "../src/orb/color";
import { blend, FORMS, outline } from "../src/orb/form";

describe("the orb", () => {
  const looks = Object.keys(FORMS) as Look[];

  it("has one shape for each state", () => {
    const shapes = looks.map((look) => {
      const { size: _size, glow: _glow, ...shape } = FORMS[look];
      return JSON.stringify(shape);
    });
    expect(new Set(shapes).size).toBe(looks.length);
    expect(looks).toHaveLength(8);
  });

  it("blends from one state to the next", () => {
    expect(blend(FORMS.listening, FORMS.error, 0)).toEqual(FORMS.listening);
    expect(blend(FORMS.listening, FORMS.error, 1)).toEqual(FORMS.error);
    expect(blend(FORMS.joining, FORMS.listening, 0.5).hollow).toBe(0.5);
  });

  it("is shaped by the agent's level, and stays on its canvas", () => {
    const angles = Array.from({ length: 90 }, (_, i) => (i / 90) * Math.PI * 2);
    const span = (voice: number) => {
      const radii = angles.map((angle) => outline(FORMS.speaking, angle, 1.3, voice));
      return Math.max(...radii) - Math.min(...radii);
    };
    expect(span(1)).toBeGreaterThan(3 * span(0));
    const furthest = Math.max(...angles.map((angle) => outline(FORMS.speaking, angle, 1.3, 1)));
    expect(FORMS.speaking.size * 1.1 * 1.28 * furthest).toBeLessThan(1);
  });
});

describe("colors", () => {
  it.each([
    ["#131615", true],
    ["#fbfbfa", false],
    ["rgb(19, 22, 21)", true],
    ["#fff", false],
    ["nonsense", false],
    [" #131615", true],
  ])("a page of %j is dark: %s", (css, dark) => expect(isDark(css)).toBe(dark));
  it("are parsed in the formats of browsers", () => {
    expect([readColor("#1c7c5b"), readColor("rgba(28,124,91,0.5)"), readColor("rgb(28 124 91 / 50%)")]).toEqual(
      Array(3).fill([28, 124, 91]),
    );
  });
});
