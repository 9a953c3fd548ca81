/** The view of a joined channel, as Streamlit mounts it. The call ends a moment after the view is unmounted, because a rerun may redraw it. */

import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { GuestView } from "./guest/GuestView";
import { type GuestAddress, GuestCall } from "./guest/guest-call";
import { clear, placeIn } from "./mount";
import { isDarkTheme } from "./orb/color";
import { ASSETS, call } from "./page";
import guestCss from "./styles/guest.css?inline";
import stageCss from "./styles/stage.css?inline";

/** The call continues if the view is mounted again within this time. */
const REDRAW_MS = 1500;

let joined: GuestCall | null = null;
let leaving: ReturnType<typeof setTimeout> | null = null;

window.addEventListener("pagehide", () => joined?.leave());

const render: FrontendRenderer<{ left: string }, { address: GuestAddress }> = ({ data, parentElement, setTriggerValue }) => {
  const parent = parentElement as HTMLElement | ShadowRoot;
  const { root, host } = placeIn(parent, stageCss + guestCss);
  if (leaving !== null) clearTimeout(leaving);
  leaving = null;
  const here = begun(data.address);
  const leave = () => {
    here.leave();
    setTriggerValue("left", here.address.number);
  };
  const dark = isDarkTheme(host);
  root.render(<GuestView call={here} dark={dark} onLeave={leave} />);
  return () => {
    clear(parent);
    leaving = setTimeout(() => here.leave(), REDRAW_MS);
  };
};

export default render;

/** The call at this address; a rerun doesn't join again. */
function begun(address: GuestAddress): GuestCall {
  if (joined?.address.number === address.number && joined.state.get().phase !== "left") return joined;
  joined?.leave();
  joined = new GuestCall(address, ASSETS, call.devices);
  void joined.join();
  return joined;
}
