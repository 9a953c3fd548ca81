/** Draws the levels of the last 30 s: the agent above the line, the caller below, a mark at each interruption. */

import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type LevelHistory, SLOT_MS, SLOTS } from "../call/level-history";
import { useCall } from "./useCall";

const DENSEST = 2;
/** Slots per bar, so that a bar is wide enough to be seen. */
const JOINED = 2;
/** In silence, and with "reduce motion", the waveform is redrawn less often. */
const CALM_MS = 1000;
const SILENCE = 0.02;

export function useWaveform(): RefObject<HTMLCanvasElement | null> {
  const call = useCall();
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context) return;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    let [drawn, drawnMs, empty] = [-1, 0, false];
    const draw = () => {
      const { levelHistory, levels } = call;
      if (document.hidden || levelHistory.newest === drawn || element.clientWidth === 0) return;
      const speaks = levels.mic > SILENCE || levels.agent > SILENCE;
      if (!speaks && (empty || performance.now() - drawnMs < CALM_MS)) return;
      [drawn, drawnMs] = [levelHistory.newest, performance.now()];
      empty = !paint(element, context, levelHistory);
    };
    draw();
    const timer = setInterval(draw, calm ? CALM_MS : SLOT_MS * JOINED);
    return () => clearInterval(timer);
  }, [call]);

  return canvas;
}

/** False if there was only silence to draw. */
function paint(element: HTMLCanvasElement, context: CanvasRenderingContext2D, levelHistory: LevelHistory): boolean {
  const density = Math.min(window.devicePixelRatio || 1, DENSEST);
  const [width, height] = [Math.round(element.clientWidth * density), Math.round(element.clientHeight * density)];
  if (element.width !== width || element.height !== height) [element.width, element.height] = [width, height];
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const [middle, pitch] = [Math.round(height / 2), width / (SLOTS / JOINED)];
  const bar = Math.max(1, pitch * 0.62);
  const [agents, callers, marks] = [new Path2D(), new Path2D(), new Path2D()];
  // Grouped by time and not by position, so that a bar keeps its height as it moves.
  const bars = new Map<number, { mic: number; agent: number; marked: boolean }>();
  levelHistory.each((place, mic, agent, marked) => {
    const key = Math.floor((levelHistory.newest - (SLOTS - 1) + place) / JOINED);
    const so = bars.get(key) ?? { mic: 0, agent: 0, marked: false };
    bars.set(key, { mic: Math.max(so.mic, mic), agent: Math.max(so.agent, agent), marked: so.marked || marked });
  });
  const newest = Math.floor(levelHistory.newest / JOINED);
  let something = false;
  for (const [key, { mic, agent, marked }] of bars) {
    something ||= agent > SILENCE || mic > SILENCE || marked;
    const x = width - (newest - key + 1) * pitch;
    if (agent > SILENCE) agents.rect(x, middle - agent * (middle - 1), bar, agent * (middle - 1));
    if (mic > SILENCE) callers.rect(x, middle + 1, bar, mic * (middle - 1));
    if (marked) marks.rect(x, 0, Math.max(2 * density, bar), height);
  }
  context.fillStyle = color("--line");
  context.fillRect(0, middle, width, 1);
  for (const [path, name] of [
    [agents, "--speaking"],
    [callers, "--listening"],
    [marks, "--interrupted"],
  ] as const) {
    context.fillStyle = color(name);
    context.fill(path);
  }
  return something;
}
