/** The page of a guest link, with the stage's components, without Streamlit and cookies. */

import { createRoot } from "preact/compat/client";
import { CallContext } from "./hooks/useCall";
import { isDarkTheme } from "./orb/color";
import { call } from "./page";
import stageCss from "./styles/stage.css?inline";
import visitCss from "./styles/visit.css?inline";
import { VisitPage } from "./visit/VisitPage";
import { Visit } from "./visit/visit";

const host = document.getElementById("guest");
if (host === null) throw new Error("The guest page has no place for its content.");
const style = document.createElement("style");
style.textContent = stageCss + visitCss;
document.head.append(style);

const visit = new Visit(call, window.location.pathname, window.location.hash);
const root = createRoot(host);
const draw = () => {
  const dark = isDarkTheme(host);
  root.render(
    <CallContext value={call}>
      <VisitPage visit={visit} dark={dark} />
    </CallContext>,
  );
};
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
visit.state.watch(() => {
  const { welcome, words } = visit.state.get();
  if (welcome !== null) document.title = welcome.name === "" ? words.which : welcome.name;
});
draw();
void visit.open();
