/** The message field of a guest without a microphone. */

import { useComposer } from "../hooks/useComposer";
import { MessageField } from "../parts/MessageField";
import { useWords } from "./words";

export function GuestComposer() {
  const composer = useComposer();
  const { message, messageHint, send } = useWords();
  return <MessageField composer={composer} label={message} hint={messageHint} button={send} testId="guest-message" />;
}
