/** A long text of a draft, as Streamlit mounts it. Saved by its own route during typing, so that reruns and reloads can't lose it. */

import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { styledHost } from "./elements";
import { postText, type TextPlace } from "./prose/save-request";
import { SavedText } from "./prose/saved-text";
import type { DrawnText } from "./prose/types";
import { keepText, takeKept } from "./prose/unsaved-storage";
import { type ProseLook, ProseView } from "./prose/view";
import { whenPageStays } from "./streamlit/staying";
import css from "./styles/prose.css?inline";

/** Data from the page. `name` identifies a text of an agent; `capability` allows this page to save it. */
interface ProseData extends DrawnText, ProseLook, TextPlace {
  readonly name: string;
  readonly tab: string;
}

/** State for the page: the last saved revision, and a text that a button needs before it is saved. */
interface ProseState {
  readonly saved: number;
  readonly typed: { readonly text: string; readonly was: string } | null;
}

type State = { prose: ProseState; apply: number };
type Parent = HTMLElement | ShadowRoot;

interface Mounted {
  readonly view: ProseView;
  readonly host: HTMLElement;
  readonly follow: (revision: number) => void;
  tell: (saved: ProseState) => void;
}

/** The texts of this page load. They outlive their fields, which are redrawn at each change of page. */
const texts = new Map<string, SavedText>();
/** Where each text is saved; a restarted server gives this tab another name. */
const places = new Map<string, TextPlace>();
const mounts = new WeakMap<Parent, Mounted>();

const render: FrontendRenderer<State, ProseData> = ({ data, parentElement, setStateValue, setTriggerValue }) => {
  const parent = parentElement as Parent;
  places.set(data.name, data);
  const known = texts.get(data.name);
  known?.receive(data);
  const text = known ?? begin(data);
  const mounted = mounts.get(parent) ?? mount(parent, text);
  mounted.tell = (state) => setStateValue("prose", state);
  mounted.view.look(data);
  mounted.view.acts = {
    typed: () => mounted.tell({ saved: text.revision, typed: text.dirty ? { text: text.text, was: text.was } : null }),
    apply: () => {
      mounted.tell({ saved: text.revision, typed: text.dirty ? { text: text.text, was: text.was } : null });
      setTriggerValue("apply", Date.now());
    },
  };
  return () => {
    mounts.delete(parent);
    if (text.onSaved === mounted.follow) text.onSaved = () => {};
    mounted.view.close();
    mounted.host.remove();
  };
};

export default render;

function begin(data: ProseData): SavedText {
  const text = new SavedText(data, takeKept(data.name), {
    post: (words, was, leaving) => postText(places.get(data.name) ?? data, words, was, leaving),
    keep: (kept) => keepText(data.name, kept),
    later: (act, ms) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
  });
  texts.set(data.name, text);
  return text;
}

function mount(parent: Parent, text: SavedText): Mounted {
  const host = styledHost(css);
  const view = new ProseView(text);
  host.append(view.root);
  parent.append(host);
  const mounted: Mounted = { view, host, tell: () => {}, follow: (revision) => follow(mounted, revision) };
  mounts.set(parent, mounted);
  text.onSaved = mounted.follow;
  return mounted;
}

/** Reports a saved revision to the page; unless the field has the focus, once the user stays on the page. */
function follow(mounted: Mounted, revision: number): void {
  if (mounted.view.focused) {
    mounted.tell({ saved: revision, typed: null });
    return;
  }
  whenPageStays(mounted.host, () => mounted.tell({ saved: revision, typed: null }));
}
