/** What a guest writes who has no microphone, or may not use it. */

import { useComposer } from "../hooks/useComposer";
import { MessageField } from "../parts/MessageField";
import { useWords } from "./words";

export function GuestComposer() {
  const composer = useComposer();
  const { message, messageHint, send } = useWords();
  return <MessageField composer={composer} label={message} hint={messageHint} button={send} testId="guest-message" />;
}
