/** The unsent texts of this page. */

import { type TabStorage, UnsentInputs } from "./entries";

/** Without storage, texts are kept while the page lives. */
class MemoryStorage implements TabStorage {
  getItem = (): null => null;
  setItem = (): void => {};
  removeItem = (): void => {};
}

function storage(): TabStorage {
  try {
    return sessionStorage;
  } catch {
    return new MemoryStorage();
  }
}

export const unsentInputs = new UnsentInputs(storage());
