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
}

const drawings = new WeakMap<Parent, Drawn>();

export default function render({ data, parentElement, setTriggerValue }: Mounting): () => void {
  const told = JSON.stringify({ ...data, notes: [], sound: data.sound === null ? null : data.sound.person });
  const before = drawings.get(parentElement);
  const note = (atMs: number) => setTriggerValue("note", atMs);
  // A rerun may bring the same record with a newer address of the recording, or other notes: playback continues.
  if (before?.told === told) {
    before.note = note;
    before.timeline.showNotes(data.notes);
  } else {
    before?.timeline.close();
    before?.host.remove();
    drawings.set(parentElement, draw(data, parentElement, told, note));
  }
  return () => {
    const drawn = drawings.get(parentElement);
    drawings.delete(parentElement);
    drawn?.timeline.close();
    drawn?.host.remove();
  };
}

function draw(data: TimelineRecord, parent: Parent, told: string, note: (atMs: number) => void): Drawn {
  const host = styledHost(css);
  parent.append(host);
  const drawn: Drawn = { timeline: new Timeline(data, isDarkTheme(host), (atMs) => drawn.note(atMs)), told, host, note };
  host.append(drawn.timeline.root);
  return drawn;
}
