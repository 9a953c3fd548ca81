/** A view of our own in the place that Streamlit gives: style, React and their end. For all but the stage, which may stand twice. */

import { createRoot, type Root } from "react-dom/client";

export interface Place {
  readonly root: Root;
  readonly host: HTMLElement;
}

const places = new WeakMap<HTMLElement | ShadowRoot, Place>();

/** The view in this place; made at the first call. */
export function placeIn(parent: HTMLElement | ShadowRoot, css: string): Place {
  const known = places.get(parent);
  if (known !== undefined) return known;
  const host = document.createElement("div");
  host.className = "stage-root";
  const style = document.createElement("style");
  style.textContent = css;
  const view = document.createElement("div");
  view.className = "stage-view";
  host.append(style, view);
  for (const type of ["keydown", "keyup", "keypress"] as const) host.addEventListener(type, (event) => event.stopPropagation());
  parent.append(host);
  const place = { root: createRoot(view), host };
  places.set(parent, place);
  return place;
}

export function clear(parent: HTMLElement | ShadowRoot): void {
  const place = places.get(parent);
  places.delete(parent);
  place?.root.unmount();
  place?.host.remove();
}
