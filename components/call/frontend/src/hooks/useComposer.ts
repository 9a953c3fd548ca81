/** Writing to the agent: Enter sends, blank and too long are refused, and what could not be sent stays where it was written. */

import { type KeyboardEvent, useEffect, useState } from "react";
import type { Written } from "../call/line";
import type { Priority } from "../protocol";
import { useCall, useCallState } from "./useCall";
import { useUnsent } from "./useUnsent";

/** Agora's limit of a text to say, in bytes of UTF-8. */
export const SAY_MAX_BYTES = 512;

export interface Composer {
  mode: Written;
  setMode: (mode: Written) => void;
  priority: Priority;
  setPriority: (priority: Priority) => void;
  text: string;
  setText: (text: string) => void;
  send: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
  enabled: boolean;
  canSend: boolean;
  /** Bytes that may still be written; null where there is no limit. */
  left: number | null;
}

export function useComposer(): Composer {
  const call = useCall();
  const { phase, serverOnline, unsent, sessionId } = useCallState();
  const [mode, setMode] = useState<Written>("typed");
  const [priority, setPriority] = useState<Priority>("interrupt");
  const [text, setText] = useUnsent(`stage-message-${sessionId ?? ""}`);
  const enabled = phase === "live" && serverOnline;
  const left = mode === "say" ? SAY_MAX_BYTES - new TextEncoder().encode(text.trim()).length : null;
  const canSend = enabled && text.trim() !== "" && (left ?? 0) >= 0;

  useEffect(() => {
    if (unsent === null) return;
    if (text.trim() === "") setText(unsent);
    call.dismiss("unsent");
  }, [unsent, call, text, setText]);

  const send = () => {
    if (canSend && call.write(mode, text, priority)) setText("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return { mode, setMode, priority, setPriority, text, setText, send, onKeyDown, enabled, canSend, left };
}
