/** CSS colors as numbers that can be blended and compared. */

/** Red, green and blue, 0..255. */
export type Rgb = readonly [number, number, number];

/** Reads `rgb(…)`, `rgba(…)`, `#rgb` and `#rrggbb`; anything else is mid gray. */
export function readColor(css: string): Rgb {
  const hex = /^#([0-9a-f]{6}|[0-9a-f]{3})/i.exec(css.trim());
  if (hex !== null) {
    const digits = hex[1] ?? "";
    const pairs = digits.length === 3 ? [...digits].map((d) => d + d) : (digits.match(/../g) ?? []);
    return [parseInt(pairs[0] ?? "80", 16), parseInt(pairs[1] ?? "80", 16), parseInt(pairs[2] ?? "80", 16)];
  }
  const numbers = /^rgba?\(([^)]+)\)/
    .exec(css.trim())?.[1]
    ?.split(/[\s,/]+/)
    .map(Number);
  return numbers && numbers.length >= 3 ? [numbers[0] ?? 128, numbers[1] ?? 128, numbers[2] ?? 128] : [128, 128, 128];
}

/** Perceived lightness, 0 (black) … 1 (white). */
function lightness([r, g, b]: Rgb): number {
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}

/** Whether Streamlit's theme is dark at this element; without Streamlit, whether the system prefers dark. */
export function isDarkTheme(element: Element): boolean {
  const background = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  return background === "" ? window.matchMedia("(prefers-color-scheme: dark)").matches : isDark(background);
}

/** Whether a page with this background (a CSS color) is dark. */
export function isDark(background: string): boolean {
  return lightness(readColor(background)) < 0.45;
}

/** A blend of two colors; `share` 0 is `from`, 1 is `to`. */
export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share, from[2] + (to[2] - from[2]) * share];
}
