/** Mounts Preact views in the elements that Streamlit provides. The stage, which may be mounted twice, manages its own mounts. */

import { createRoot } from "preact/compat/client";
import { element, styledHost } from "./elements";

/** A mounted view. */
export interface Place {
  readonly root: ReturnType<typeof createRoot>;
  readonly host: HTMLElement;
}

const places = new WeakMap<HTMLElement | ShadowRoot, Place>();

/** A styled host, and the element in it that Preact renders into. */
export function framed(css: string): { host: HTMLElement; view: HTMLElement } {
  const host = styledHost(css);
  host.className = "stage-root";
  const view = element("div", { class: "stage-view" });
  host.append(view);
  return { host, view };
}

/** The view in this element, created by the first call. */
export function placeIn(parent: HTMLElement | ShadowRoot, css: string): Place {
  const known = places.get(parent);
  if (known !== undefined) return known;
  const { host, view } = framed(css);
  parent.append(host);
  const place = { root: createRoot(view), host };
  places.set(parent, place);
  return place;
}

/** Unmounts the view in this element. */
export function clear(parent: HTMLElement | ShadowRoot): void {
  const place = places.get(parent);
  places.delete(parent);
  place?.root.unmount();
  place?.host.remove();
}
