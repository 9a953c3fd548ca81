/** The agent's language by its name in the language of the page. */

import type { Welcome } from "./requests";

/** As the studio calls it, where the browser doesn't know the code. */
export function languageName({ language, language_code, page_language }: Welcome): string {
  try {
    const code = language_code.replace("_", "-");
    const name = new Intl.DisplayNames([page_language], { type: "language", fallback: "none" }).of(code);
    return page_language === "en" ? language : (name ?? language);
  } catch {
    return language;
  }
}
