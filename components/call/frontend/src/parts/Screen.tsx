/** A tile with the avatar or the orb, full screen on request: then with captions, and without controls until the pointer moves. */

import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { Look } from "../call/state";
import { useFullScreen } from "../hooks/useFullScreen";
import { useIdlePointer } from "../hooks/useIdlePointer";
import { useTexts } from "../hooks/useTexts";
import { FullScreenIcon } from "./icons";
import { Waveform } from "./Waveform";

interface Props {
  kind: "avatar" | "orb";
  state: string;
  look: Look;
  name: string;
  caption: string;
  /** Full screen is offered during a call. */
  live: boolean;
  tools?: ComponentChildren;
  children: ComponentChildren;
}

export function Screen({ kind, state, look, name, caption, live, tools, children }: Props) {
  const tile = useRef<HTMLDivElement>(null);
  const screen = useFullScreen(tile);
  const texts = useTexts();
  const full = screen?.full ?? false;
  const resting = useIdlePointer(tile, full);
  return (
    <div
      ref={tile}
      className={`screen ${kind}-screen`}
      data-testid={kind === "avatar" ? "avatar" : "orb-screen"}
      data-state={state}
      data-look={look}
      data-resting={resting}
    >
      {children}
      {full && caption !== "" && (
        <p className="screen-caption" dir="auto">
          {caption}
        </p>
      )}
      {full && kind === "orb" && <Waveform name={name} />}
      <div className="screen-tools">
        {tools}
        {screen && (live || full) && (
          <button
            type="button"
            className="button-icon"
            aria-label={texts.of(full ? "Leave full screen" : "Full screen")}
            title={texts.of(full ? "Leave full screen (Esc)" : "Full screen")}
            onClick={screen.toggle}
          >
            <FullScreenIcon />
          </button>
        )}
      </div>
    </div>
  );
}
