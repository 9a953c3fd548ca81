/** The parts of the guest page that its first paint, which has a budget, does without. */

import { lazy } from "react";
import { warmCallSoftware } from "../call/software";

const loadDuringVisit = () => import("./DuringVisit");
export const loadAfterVisit = () => import("./AfterVisit");

export const DuringVisit = lazy(async () => ({ default: (await loadDuringVisit()).DuringVisit }));
export const AfterVisit = lazy(async () => ({ default: (await loadAfterVisit()).AfterVisit }));
export const Compare = lazy(async () => ({ default: (await import("./Compare")).Compare }));

/** Fetch what a call needs, at the first sign that the guest wants one. */
export function warmVisit(): void {
  warmCallSoftware();
  void loadDuringVisit();
}
