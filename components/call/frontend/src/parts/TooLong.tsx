/** The error under a field whose text is too long, in the server's words (TextTooLong). */

import { excess, type Unit } from "../call/text-limit";
import { useTexts } from "../hooks/useTexts";

interface Props {
  id: string;
  text: string;
  limit: number;
  unit?: Unit | undefined;
}

export function TooLong({ id, text, limit, unit = "characters" }: Props) {
  const over = excess(text, limit, unit);
  const number = (value: number) => value.toLocaleString(document.documentElement.lang || "en");
  const { message, advice } = useTexts().problem({
    message: `The text is longer than ${number(limit)} ${unit}.`,
    advice: `Shorten it by ${number(over)}.`,
  });
  return (
    <p id={id} className="too-long" role="status">
      {over > 0 && `${message} ${advice}`}
    </p>
  );
}
