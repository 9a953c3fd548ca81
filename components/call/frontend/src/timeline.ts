/** The timeline of a session as Streamlit mounts it; an exported page mounts it the same way, without Streamlit. */

import { styledHost } from "./elements";
import { isDarkTheme } from "./orb/color";
import css from "./styles/timeline.css?inline";
import type { TimelineRecord } from "./timeline/record";
import { Timeline } from "./timeline/view";

type Parent = HTMLElement | ShadowRoot;

/** The arguments of Streamlit's `FrontendRenderer`; an exported page passes the same. */
interface Mounting {
  data: TimelineRecord;
  parentElement: Parent;
  setTriggerValue: (name: "note", atMs: number) => void;
}

interface Drawn {
  timeline: Timeline;
  told: string;
  host: HTMLElement;
  note: (atMs: number) => void;
  /** Takes on the page's theme. A rerun follows Streamlit's; without Streamlit, the system's may change while the page is open. */
  theme: () => void;
}

const systemTheme = window.matchMedia("(prefers-color-scheme: dark)");
const drawings = new WeakMap<Parent, Drawn>();

export default function render({ data, parentElement, setTriggerValue }: Mounting): () => void {
  const told = JSON.stringify({ ...data, notes: [], sound: data.sound === null ? null : data.sound.person });
  const before = drawings.get(parentElement);
  const note = (atMs: number) => setTriggerValue("note", atMs);
  // A rerun may bring the same record with a newer address of the recording, or other notes: playback continues.
  if (before?.told === told) {
    before.note = note;
    before.timeline.showNotes(data.notes);
    before.theme();
  } else {
    if (before !== undefined) close(before);
    drawings.set(parentElement, draw(data, parentElement, told, note));
  }
  return () => {
    const drawn = drawings.get(parentElement);
    drawings.delete(parentElement);
    if (drawn !== undefined) close(drawn);
  };
}

function draw(data: TimelineRecord, parent: Parent, told: string, note: (atMs: number) => void): Drawn {
  const host = styledHost(css);
  parent.append(host);
  const timeline = new Timeline(data, (atMs) => drawn.note(atMs));
  const drawn: Drawn = { timeline, told, host, note, theme: () => timeline.showTheme(isDarkTheme(host)) };
  host.append(timeline.root);
  drawn.theme();
  systemTheme.addEventListener("change", drawn.theme);
  return drawn;
}

function close(drawn: Drawn): void {
  systemTheme.removeEventListener("change", drawn.theme);
  drawn.timeline.close();
  drawn.host.remove();
}
