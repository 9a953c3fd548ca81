/** Typing to the agent: Enter sends, blank is refused, and what could not be sent stays where it was typed. */

import { useEffect, useState, type KeyboardEvent } from "react";
import { useCall, useCallState } from "./useCall";

interface Composer {
  text: string;
  setText: (text: string) => void;
  send: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
  enabled: boolean;
  canSend: boolean;
}

export function useComposer(): Composer {
  const call = useCall();
  const { phase, serverOnline, unsent } = useCallState();
  const [text, setText] = useState("");
  const enabled = phase === "live" && serverOnline;
  const canSend = enabled && text.trim() !== "";

  useEffect(() => {
    if (unsent === null) return;
    setText((typed) => (typed.trim() === "" ? unsent : typed));
    call.takeUnsent();
  }, [unsent, call]);

  const send = () => {
    if (canSend && call.type(text)) setText("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return { text, setText, send, onKeyDown, enabled, canSend };
}
