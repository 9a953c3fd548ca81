/** The message composer: a message, a text to speak, or a whispered instruction. */

import type { MessageKind } from "../call/line";
import { useComposer } from "../hooks/useComposer";
import { ComposerModes } from "./ComposerModes";
import { MessageField } from "./MessageField";

const LABELS: Record<MessageKind, { label: string; hint: string }> = {
  typed: { label: "Message", hint: "Type a message" },
  say: { label: "Text to speak", hint: "The agent says exactly this" },
  whisper: { label: "Instruction", hint: "Guides the next reply; not answered" },
};

export function Composer() {
  const composer = useComposer();
  const { label, hint } = LABELS[composer.mode];
  return (
    <div className="compose">
      <ComposerModes composer={composer} />
      <MessageField
        composer={composer}
        label={label}
        hint={composer.enabled ? hint : "Waiting for the connection…"}
        button="Send"
      />
    </div>
  );
}
