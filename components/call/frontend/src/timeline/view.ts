/** The timeline of a session: waveforms, turns, interruptions, notes, and a player. Uses neither Streamlit nor Preact. */

import { element, place } from "../elements";
import { clock, milliseconds } from "../formatting";
import { laneOf, markRow, type Wave } from "./lanes";
import { Player, SPEEDS } from "./player";
import { slowest, startOf, type TimelineRecord, ticks, turnAt } from "./record";
import { turnShown } from "./turn-card";
import { drawWave } from "./wave";

const TICKS = 10;
const STEP_MS = 5000;

export class Timeline {
  readonly root: HTMLElement;
  private readonly player: Player;
  private readonly playButton = element("button", { type: "button", class: "tl-play", "data-testid": "tl-play" });
  private readonly time = element("span", { class: "tl-time", "data-testid": "tl-time" });
  private readonly seek: HTMLInputElement;
  private readonly hand = element("div", { class: "tl-hand", "aria-hidden": "true" });
  private readonly now = element("div", { class: "tl-now", "data-testid": "tl-now" });
  private readonly waves: Wave[] = [];
  private readonly watcher: ResizeObserver;
  private marks: HTMLElement | null = null;
  private shown = -2;

  constructor(
    private readonly record: TimelineRecord,
    onNote: (atMs: number) => void,
  ) {
    this.player = new Player(
      record.sound?.address ?? null,
      record.length_ms,
      (ms, playing) => this.moved(ms, playing),
      (why) => this.say(why),
    );
    this.seek = element("input", {
      type: "range",
      class: "tl-seek",
      min: 0,
      max: record.length_ms,
      step: 100,
      value: 0,
      "aria-label": "Position in the session",
      "data-testid": "tl-seek",
    });
    this.root = element(
      "section",
      { class: "tl", "aria-label": "Timeline", "data-testid": "timeline" },
      this.bar(onNote),
      this.picture(),
      this.now,
    );
    this.seek.addEventListener("input", () => this.goTo(Number(this.seek.value)));
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.watcher = new ResizeObserver(() => this.draw());
    this.watcher.observe(this.root);
    this.moved(0, false);
    if (record.play) void this.player.play();
  }

  close(): void {
    this.watcher.disconnect();
    this.player.close();
  }

  /** Takes on the page's theme, also in the middle of a playback. */
  showTheme(dark: boolean): void {
    this.root.dataset["theme"] = dark ? "dark" : "light";
    this.draw();
  }

  /** Updates the notes; playback continues. */
  showNotes(notes: TimelineRecord["notes"]): void {
    const before = this.marks;
    before?.replaceWith(this.newMarks(notes));
  }

  private newMarks(notes: TimelineRecord["notes"]): HTMLElement {
    this.marks = markRow({ ...this.record, notes }, (ms) => this.goTo(ms));
    return this.marks;
  }

  /** Moves to a time, and plays if there is a recording. */
  goTo(ms: number): void {
    this.player.seek(ms);
    void this.player.play();
  }

  private bar(onNote: (atMs: number) => void): HTMLElement {
    const { record } = this;
    const speed = element(
      "select",
      { class: "tl-speed", "aria-label": "Playback speed" },
      ...SPEEDS.map((each) => element("option", { value: each, selected: each === 1 }, `${each} ×`)),
    );
    speed.addEventListener("change", () => (this.player.speed = Number(speed.value)));
    this.playButton.disabled = speed.disabled = !this.player.canPlay;
    this.playButton.addEventListener("click", () => (this.player.playing ? this.player.pause() : void this.player.play()));
    const bar = element("div", { class: "tl-bar" }, this.playButton, this.time, speed);
    const worst = record.turns[slowest(record.turns)];
    if (worst !== undefined)
      bar.append(
        this.button("tl-slowest", `Slowest response (${milliseconds(worst.latency_ms)})`, () => this.goTo(startOf(worst))),
      );
    if (record.notable) bar.append(this.button("tl-note", "Add note here", () => onNote(Math.round(this.player.nowMs))));
    if (record.silent_because !== "") bar.append(element("span", { class: "tl-why" }, record.silent_because));
    return bar;
  }

  private button(name: string, words: string, act: () => void): HTMLElement {
    const button = element("button", { type: "button", class: "tl-button", "data-testid": name }, words);
    button.addEventListener("click", act);
    return button;
  }

  private picture(): HTMLElement {
    const { record } = this;
    const axis = element("div", { class: "tl-axis", "aria-hidden": "true" });
    for (const ms of ticks(record.length_ms, TICKS)) {
      const tick = element("span", {}, clock(ms));
      place(tick, ms, ms, record.length_ms);
      tick.toggleAttribute("data-end", ms > 0.9 * record.length_ms);
      axis.append(tick);
    }
    const lanes = [laneOf(record, "user", record.caller_name ?? "You"), laneOf(record, "agent", record.agent_name)];
    this.waves.push(...lanes.flatMap(({ wave }) => wave ?? []));
    const tracks = element(
      "div",
      { class: "tl-tracks" },
      ...lanes.map(({ root }) => root),
      this.newMarks(record.notes),
      this.seek,
      this.hand,
    );
    return element("div", { class: "tl-picture" }, tracks, axis);
  }

  private moved(ms: number, playing: boolean): void {
    const { length_ms, turns } = this.record;
    this.time.textContent = `${clock(ms)} / ${clock(length_ms)}`;
    this.playButton.textContent = playing ? "❚❚" : "▶";
    this.playButton.setAttribute("aria-label", playing ? "Pause" : "Play");
    this.seek.value = String(Math.round(ms));
    this.seek.setAttribute("aria-valuetext", `${clock(ms)} of ${clock(length_ms)}`);
    place(this.hand, ms, ms, length_ms);
    this.draw();
    const found = turnAt(turns, ms);
    if (found !== this.shown) this.show(found);
  }

  private show(index: number): void {
    this.shown = index;
    for (const block of this.root.querySelectorAll<HTMLElement>(".tl-turn"))
      block.toggleAttribute("data-now", block.dataset["turn"] === String(index));
    this.now.replaceChildren(...turnShown(this.record, index));
  }

  private draw(): void {
    const { length_ms, sound } = this.record;
    const [span, played] = [(sound?.length_ms ?? 0) / length_ms, this.player.nowMs / length_ms];
    for (const { canvas, levels } of this.waves) drawWave(canvas, levels, span, played, getComputedStyle(canvas).color);
  }

  private key(event: KeyboardEvent): void {
    if (event.target instanceof HTMLSelectElement || event.target instanceof HTMLButtonElement) return;
    if (event.key === " " || event.key === "k") this.player.playing ? this.player.pause() : void this.player.play();
    else if (event.key === "ArrowLeft") this.player.seek(this.player.nowMs - STEP_MS);
    else if (event.key === "ArrowRight") this.player.seek(this.player.nowMs + STEP_MS);
    else return;
    event.preventDefault();
  }

  private say(why: string): void {
    this.now.replaceChildren(element("p", { class: "tl-words", role: "alert" }, why));
  }
}
