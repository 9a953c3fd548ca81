/** The browser's part of the sound check, as Streamlit mounts it. Reports the selected microphone to Python. */

import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { Check } from "./check/Check";
import { CallContext } from "./hooks/useCall";
import { clear, placeIn } from "./mount";
import { isDarkTheme } from "./orb/color";
import { call } from "./page";
import { whenPageStays } from "./streamlit/staying";
import css from "./styles/check.css?inline";

type State = { microphone: string };

let unwatch = (): void => undefined;

const render: FrontendRenderer<State, Record<string, never>> = ({ parentElement, setStateValue }) => {
  const parent = parentElement as HTMLElement | ShadowRoot;
  const { root, host } = placeIn(parent, css);
  let told: string | null = null;
  const tell = () => {
    const { microphone } = call.devices.state.get().used;
    if (microphone === told) return;
    told = microphone;
    whenPageStays(host, () => setStateValue("microphone", microphone));
  };
  unwatch();
  unwatch = call.devices.state.watch(tell);
  tell();
  const dark = isDarkTheme(host);
  root.render(
    <CallContext value={call}>
      <Check dark={dark} />
    </CallContext>,
  );
  return () => {
    unwatch();
    clear(parent);
  };
};

export default render;
