/** State of the message composer: Enter sends; blank and too long texts can't be sent; a text that couldn't be sent stays in the field. */

import { useEffect, useState } from "preact/hooks";
import type { MessageKind } from "../call/line";
import { fits, type Unit } from "../call/text-limit";
import type { Priority } from "../protocol";
import { useCall, useCallState } from "./useCall";
import { useUnsent } from "./useUnsent";

/** Agora's limit of a text to speak, in bytes of UTF-8. */
export const SAY_MAX_BYTES = 512;
/** The server's limit of a message or an instruction, in characters. */
export const MESSAGE_MAX_CHARS = 4000;

export interface Composer {
  mode: MessageKind;
  setMode: (mode: MessageKind) => void;
  priority: Priority;
  setPriority: (priority: Priority) => void;
  text: string;
  setText: (text: string) => void;
  send: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
  enabled: boolean;
  canSend: boolean;
  limit: number;
  unit: Unit;
}

export function useComposer(): Composer {
  const call = useCall();
  const { phase, serverOnline, unsent, sessionId } = useCallState();
  const [mode, setMode] = useState<MessageKind>("typed");
  const [priority, setPriority] = useState<Priority>("interrupt");
  const [text, setText] = useUnsent(`stage-message-${sessionId ?? ""}`);
  const enabled = phase === "live" && serverOnline;
  const [limit, unit]: [number, Unit] = mode === "say" ? [SAY_MAX_BYTES, "bytes"] : [MESSAGE_MAX_CHARS, "characters"];
  const canSend = enabled && fits(text, limit, unit);

  useEffect(() => {
    if (unsent === null) return;
    if (text.trim() === "") setText(unsent);
    call.dismiss("unsent");
  }, [unsent, call, text, setText]);

  const send = () => {
    if (canSend && call.write(mode, text, priority)) setText("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  return { mode, setMode, priority, setPriority, text, setText, send, onKeyDown, enabled, canSend, limit, unit };
}
