/** The name of the agent's language in the language of the page. */

import type { Welcome } from "./requests";

/** The studio's English name if the browser doesn't know the code. */
export function languageName({ language, language_code, page_language }: Welcome): string {
  try {
    const code = language_code.replace("_", "-");
    const name = new Intl.DisplayNames([page_language], { type: "language", fallback: "none" }).of(code);
    return page_language === "en" ? language : (name ?? language);
  } catch {
    return language;
  }
}
