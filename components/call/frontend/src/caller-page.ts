/** The page of a simulated caller in a headless browser. Greenroom drives it over the DevTools protocol (callers/browser_voice.py). */

import { SyntheticCaller, type Told } from "./caller/synthetic-caller";

declare global {
  interface Window {
    greenroomTell?(text: string): void;
    greenroomCaller?: SyntheticCaller;
  }
}

const tell = (told: Told) => window.greenroomTell?.(JSON.stringify(told));
window.greenroomCaller = new SyntheticCaller(tell, new URL("caller-voice.js", window.location.href).href);
tell({ kind: "ready" });
