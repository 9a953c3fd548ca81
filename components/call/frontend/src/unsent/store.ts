/** The one store of unsent input of this page. */

import { type Shelf, UnsentInputs } from "./entries";

/** A browser without storage keeps it while the page lives. */
class PageShelf implements Shelf {
  getItem = (): null => null;
  setItem = (): void => {};
  removeItem = (): void => {};
}

function shelf(): Shelf {
  try {
    return sessionStorage;
  } catch {
    return new PageShelf();
  }
}

export const unsentInputs = new UnsentInputs(shelf());
