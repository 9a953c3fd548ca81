/** The seat taken by hand, as Streamlit mounts it. The visit lives as long as the page shows it, and a moment longer: a rerun may redraw it. */

import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { clear, placeIn } from "./mount";
import { isDark } from "./orb/colour";
import { ASSETS, call } from "./page";
import { VisitView } from "./room/VisitView";
import { Visit, type VisitAddress } from "./room/visit";
import css from "./styles/room.css?inline";

/** Redrawn within this time, the visit goes on. */
const REDRAW_MS = 1500;

let visit: Visit | null = null;
let leaving: ReturnType<typeof setTimeout> | null = null;

window.addEventListener("pagehide", () => visit?.leave());

const render: FrontendRenderer<{ left: string }, { address: VisitAddress }> = ({ data, parentElement, setTriggerValue }) => {
  const parent = parentElement as HTMLElement | ShadowRoot;
  const { root, host } = placeIn(parent, css);
  if (leaving !== null) clearTimeout(leaving);
  leaving = null;
  const here = begun(data.address);
  const leave = () => {
    here.leave();
    setTriggerValue("left", here.address.number);
  };
  const dark = isDark(getComputedStyle(host).getPropertyValue("--st-background-color"));
  root.render(<VisitView visit={here} dark={dark} onLeave={leave} />);
  return () => {
    clear(parent);
    leaving = setTimeout(() => here.leave(), REDRAW_MS);
  };
};

export default render;

/** The visit of this address: a rerun is no reason to join again. */
function begun(address: VisitAddress): Visit {
  if (visit?.address.number === address.number && visit.state.get().phase !== "left") return visit;
  visit?.leave();
  visit = new Visit(address, ASSETS, call.devices);
  void visit.join();
  return visit;
}
