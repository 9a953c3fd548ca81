/** The stage, as Streamlit mounts it. The call is a module variable; mounting draws it. */

import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { createRoot } from "preact/compat/client";
import type { SavedCall } from "./call/resume";
import type { BackupRequest, Purpose, Review, Triggers } from "./call/studio-link";
import { CallContext } from "./hooks/useCall";
import { framed } from "./mount";
import { isDarkTheme } from "./orb/color";
import { call } from "./page";
import { Stage } from "./prefabs/Stage";
import { returnFocus } from "./streamlit/dialog-focus";
import { followLinks } from "./streamlit/leaving";
import { hideOldErrors } from "./streamlit/popover-errors";
import { reloadWhenDisconnected } from "./streamlit/reload-when-disconnected";
import { closeSidebar } from "./streamlit/sidebar";
import { keepTabClicks } from "./streamlit/tab-clicks";
import presentCss from "./styles/present.css?inline";
import stageCss from "./styles/stage.css?inline";
import { rememberTester } from "./tester";
import type { ComponentData } from "./ticket";
import { keepUnsent } from "./unsent/watch";

reloadWhenDisconnected();
followLinks();
hideOldErrors();
returnFocus();
closeSidebar();
keepTabClicks();
keepUnsent();

type State = {
  launch: number;
  present: number;
  hold: number;
  ended: string;
  resume: SavedCall;
  review: Review;
  open: { session_id: string; purpose: Purpose };
  brain: number;
  backup: BackupRequest;
};
type Parent = HTMLElement | ShadowRoot;

interface Mounted {
  root: ReturnType<typeof createRoot>;
  host: HTMLElement;
  parent: Parent;
  triggers: Triggers | null;
}

const mounts = new WeakMap<Parent, Mounted>();
/** Mounted stages; the last one is shown. While Streamlit redraws, there may be two, and either may be the one that stays. */
let stages: readonly Mounted[] = [];

const render: FrontendRenderer<State, ComponentData> = ({ data, parentElement, setTriggerValue }) => {
  const parent = parentElement as Parent;
  const mounted = mounts.get(parent) ?? mount(parent);
  const triggers: Triggers = {
    launch: (press) => setTriggerValue("launch", press),
    present: (press) => setTriggerValue("present", press),
    hold: (press) => setTriggerValue("hold", press),
    ended: (sessionId) => setTriggerValue("ended", sessionId),
    review: (review) => setTriggerValue("review", review),
    open: (session) => setTriggerValue("open", session),
    brain: (press) => setTriggerValue("brain", press),
    backup: (request) => setTriggerValue("backup", request),
    resume: (kept) => setTriggerValue("resume", kept),
  };
  if (mounted.triggers !== null) call.unmounted(mounted.triggers);
  mounted.triggers = triggers;
  showOnly([...stages.filter((stage) => stage !== mounted), mounted]);
  call.receive(data, triggers);
  rememberTester(data.stage.tester);
  mounted.root.render(
    <CallContext value={call}>
      <Stage stage={data.stage} dark={isDarkTheme(mounted.host)} />
    </CallContext>,
  );
  return () => {
    mounts.delete(parent);
    if (mounted.triggers !== null) call.unmounted(mounted.triggers);
    mounted.root.unmount();
    mounted.host.remove();
    showOnly(stages.filter((stage) => stage !== mounted));
  };
};

export default render;

function showOnly(inOrder: readonly Mounted[]): void {
  stages = inOrder;
  const last = stages.at(-1);
  for (const stage of stages) if (stage !== last) stage.host.remove();
  if (last !== undefined && last.host.parentNode !== last.parent) last.parent.append(last.host);
}

function mount(parent: Parent): Mounted {
  const { host, view } = framed(stageCss + presentCss);
  const mounted = { root: createRoot(view), host, parent, triggers: null };
  mounts.set(parent, mounted);
  return mounted;
}
