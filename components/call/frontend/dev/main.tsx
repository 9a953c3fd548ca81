/** `?state=speaking&theme=dark&place=cloud&self=camera`: draws the stage in one state, in a shadow root as Streamlit does. `self` shows a
 * self view. */

import { createRoot } from "preact/compat/client";
import { Call } from "../src/call/call";
import { INITIAL } from "../src/call/state";
import { CallContext } from "../src/hooks/useCall";
import { Stage } from "../src/prefabs/Stage";
import css from "../src/styles/stage.css?inline";
import { DEVICES, linesOf, STAGE, STATES, TRACE } from "./states";

const THEMES: Record<string, Record<string, string>> = {
  light: { "background-color": "#fbfbfa", "text-color": "#1d2321", "primary-color": "#2f6f5e" },
  dark: { "background-color": "#131615", "text-color": "#e7ebe9", "primary-color": "#6fc3aa" },
};

class DrawnCall extends Call {
  private readonly began = performance.now();

  override get levelHistory() {
    return TRACE;
  }

  override get levels() {
    const t = (performance.now() - this.began) / 1000;
    const voice = Math.abs(Math.sin(t * 7) * Math.sin(t * 1.7)) * 0.8 + 0.1;
    const speaks = this.state.get().agentState === "speaking";
    return speaks ? { mic: 0, agent: voice } : { mic: this.state.get().agentState === "listening" ? voice : 0, agent: 0 };
  }
}

const query = new URLSearchParams(location.search);
const state = query.get("state") ?? "idle";
const theme = query.get("theme") ?? "light";
for (const [name, value] of Object.entries(THEMES[theme] ?? {}))
  document.documentElement.style.setProperty(`--st-${name}`, value);
document.body.style.background = `var(--st-background-color)`;

const shadow = (document.getElementById("dock") as HTMLElement).attachShadow({ mode: "open" });
shadow.innerHTML = `<style>${css}</style><div class="stage-root"><div class="stage-view"></div></div>`;
const call = new DrawnCall(import.meta.url);
call.state.set(STATES[state] ?? INITIAL);
call.lines.set(linesOf(state));
call.devices.state.set({ ...call.devices.state.get(), ...DEVICES });
call.devices.refresh = async () => undefined;
const self = query.get("self");
if (self === "camera" || self === "screen") {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  const context = canvas.getContext("2d");
  setInterval(() => {
    if (context === null) return;
    context.fillStyle = "#c7d3cd";
    context.fillRect(0, 0, 640, 480);
    context.fillStyle = "#54645c";
    context.arc(320, 210, 110, 0, 7);
    context.fill();
    context.fillRect(160, 350, 320, 130);
  }, 100);
  const track = canvas.captureStream(10).getVideoTracks()[0] ?? null;
  call.camera.state.set({ ...call.camera.state.get(), source: self, track });
}
const place = query.get("place") === "cloud" ? { place: "cloud" as const, project: "…1f3a" } : {};
createRoot(shadow.querySelector(".stage-view") as HTMLElement).render(
  <CallContext value={call}>
    <Stage stage={{ ...STAGE, ...place }} dark={theme === "dark"} />
  </CallContext>,
);
