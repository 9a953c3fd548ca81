/** The browser's half of the sound check, as Streamlit mounts it on its page. Tells Python which microphone is chosen. */

import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { createRoot, type Root } from "react-dom/client";
import { Check } from "./check/Check";
import { CallContext } from "./hooks/useCall";
import { isDark } from "./orb/colour";
import { call } from "./page";
import css from "./styles/check.css?inline";

type State = { microphone: string };
type Parent = HTMLElement | ShadowRoot;

const roots = new WeakMap<Parent, { root: Root; host: HTMLElement; unwatch: () => void }>();

const render: FrontendRenderer<State, Record<string, never>> = ({ parentElement, setStateValue }) => {
  const parent = parentElement as Parent;
  const mounted = roots.get(parent) ?? mount(parent);
  mounted.unwatch();
  let told: string | null = null;
  const tell = () => {
    const { microphone } = call.devices.state.get().used;
    if (microphone === told) return;
    told = microphone;
    setStateValue("microphone", microphone);
  };
  mounted.unwatch = call.devices.state.watch(tell);
  tell();
  const dark = isDark(getComputedStyle(mounted.host).getPropertyValue("--st-background-color"));
  mounted.root.render(
    <CallContext value={call}>
      <Check dark={dark} />
    </CallContext>,
  );
  return () => {
    roots.delete(parent);
    mounted.unwatch();
    mounted.root.unmount();
    mounted.host.remove();
  };
};

export default render;

function mount(parent: Parent) {
  const host = document.createElement("div");
  const style = document.createElement("style");
  style.textContent = css;
  const view = document.createElement("div");
  host.append(style, view);
  parent.append(host);
  const mounted = { root: createRoot(view), host, unwatch: () => undefined as void };
  roots.set(parent, mounted);
  return mounted;
}
