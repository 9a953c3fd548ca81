/** The page of a simulated caller in a headless browser. Greenroom drives it over the DevTools protocol (callers/browser_voice.py). */

import { type CallerMessage, SyntheticCaller } from "./caller/synthetic-caller";

declare global {
  interface Window {
    greenroomTell?(text: string): void;
    greenroomCaller?: SyntheticCaller;
  }
}

const tell = (message: CallerMessage) => window.greenroomTell?.(JSON.stringify(message));
window.greenroomCaller = new SyntheticCaller(tell, new URL("caller-voice.js", window.location.href).href);
tell({ kind: "ready" });
