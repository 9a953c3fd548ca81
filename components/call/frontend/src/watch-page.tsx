/** The page on which a running call is watched, without Streamlit, cookies and a microphone. */

import { createRoot } from "preact/compat/client";
import { isDarkTheme } from "./orb/color";
import { ASSETS, call } from "./page";
import stageCss from "./styles/stage.css?inline";
import visitCss from "./styles/visit.css?inline";
import { WatchPage } from "./watch/WatchPage";
import { Watching } from "./watch/watching";

const host = document.getElementById("guest");
if (host === null) throw new Error("The page has no place for its content.");
const style = document.createElement("style");
style.textContent = stageCss + visitCss;
document.head.append(style);

const watching = new Watching(window.location.pathname, window.location.hash, ASSETS, call.devices);
const root = createRoot(host);
const draw = () => {
  const dark = isDarkTheme(host);
  root.render(<WatchPage watching={watching} dark={dark} />);
};
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
window.addEventListener("pagehide", () => watching.leave());
draw();
void watching.open();
