/** Stores the tester's name in a cookie, which the server reads when a page is loaded (components/shell/tester.py). */

const COOKIE = "greenroom_tester";
const YEAR_S = 365 * 24 * 3600;

let remembered: string | null = null;

/** null or undefined: not entered since the page was loaded; the cookie stays. "" deletes it. */
export function rememberTester(name: string | null | undefined): void {
  if (name === null || name === undefined || name === remembered) return;
  remembered = name;
  const lasts = name === "" ? 0 : YEAR_S;
  const secure = location.protocol === "https:" ? "; secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs https, and Greenroom also runs on http://localhost
  document.cookie = `${COOKIE}=${encodeURIComponent(name)}; path=/; max-age=${lasts}; samesite=lax${secure}`;
}
