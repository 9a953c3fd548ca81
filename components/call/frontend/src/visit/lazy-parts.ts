/** Parts of the guest page that aren't needed for its first paint, which has a size budget. */

import { lazy } from "preact/compat";
import { warmCallSoftware } from "../call/software";

const loadDuringVisit = () => import("./DuringVisit");
export const loadAfterVisit = () => import("./AfterVisit");

export const DuringVisit = lazy(async () => ({ default: (await loadDuringVisit()).DuringVisit }));
export const AfterVisit = lazy(async () => ({ default: (await loadAfterVisit()).AfterVisit }));
export const Compare = lazy(async () => ({ default: (await import("./Compare")).Compare }));

/** Preloads what a call needs. */
export function warmVisit(): void {
  warmCallSoftware();
  void loadDuringVisit();
}
