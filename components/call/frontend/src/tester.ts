/** The tester's name, remembered by the browser: the server reads it from the cookie when a page is loaded (components/shell/state.py). */

const COOKIE = "greenroom_tester";
const YEAR_S = 365 * 24 * 3600;

let remembered: string | null = null;

/** null = not typed since the page was loaded: what is remembered stays. */
export function rememberTester(name: string | null | undefined): void {
  if (name === null || name === undefined || name === remembered) return;
  remembered = name;
  const lasts = name === "" ? 0 : YEAR_S;
  const secure = location.protocol === "https:" ? "; secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs https, and Greenroom also runs on http://localhost
  document.cookie = `${COOKIE}=${encodeURIComponent(name)}; path=/; max-age=${lasts}; samesite=lax${secure}`;
}
