/** A text field with a limit: a text that is too long isn't cut, but can't be sent. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { excess, fits } from "../call/text-limit";
import { TooLong } from "./TooLong";

interface Props {
  label: string;
  hint: string;
  limit: number;
  text: string;
  write: (text: string) => void;
  testId: string;
  look?: string;
}

export function NoteField({ label, hint, limit, text, write, testId, look = "" }: Props) {
  const told = useId();
  return (
    <>
      <input
        className={`note-text ${look}`}
        aria-label={label}
        aria-invalid={excess(text, limit) > 0}
        aria-describedby={told}
        placeholder={hint}
        data-testid={testId}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
      />
      <TooLong id={told} text={text} limit={limit} />
    </>
  );
}

interface FormProps extends Props {
  button: string;
  /** Whether the fields before this one are valid. */
  ready?: boolean;
  send: (text: string) => void;
  children?: ComponentChildren;
}

/** The field with its button; `children` come before it. */
export function NoteForm({ button, ready = true, send, children, ...field }: FormProps) {
  const sendable = ready && fits(field.text, field.limit);
  const submit = (event: Event) => {
    event.preventDefault();
    if (sendable) send(field.text.trim());
  };
  return (
    <form className="note" onSubmit={submit}>
      {children}
      <NoteField {...field} />
      {/* Not `disabled`: a button that is pressed and then disabled drops the focus. */}
      <button type="submit" className="save-button" aria-disabled={!sendable}>
        {button}
      </button>
    </form>
  );
}
