/** A safe subset of Markdown as data: bold, italic, code, lists and links. Anything else, such as HTML, stays text. */

/** A part of a line of text. */
export type Span =
  | { kind: "text"; text: string }
  | { kind: "bold" | "italic" | "code"; text: string }
  /** Shown as text with the address beside it; not clickable. */
  | { kind: "link"; text: string; address: string };

/** A paragraph or a list. */
export type Block = { kind: "paragraph"; spans: Span[] } | { kind: "list"; ordered: boolean; start: number; items: Span[][] };

const SPAN =
  /`([^`\n]+)`|\*\*(?=\S)([^*\n]+?)\*\*|(?<![\w*])\*(?=[^\s*])([^*\n]+?)\*(?![\w*])|(?<!\w)_(?=\S)([^_\n]+?)_(?!\w)|\[([^\]\n]{1,300})\]\((https?:\/\/[^\s)]{1,2000})\)/g;
const BULLET = /^\s{0,3}[-*•]\s+(.+)$/;
const NUMBER = /^\s{0,3}(\d{1,4})[.)]\s+(.+)$/;

/** Parses the inline Markdown of a text. */
export function spans(text: string): Span[] {
  const found: Span[] = [];
  let at = 0;
  for (const match of text.matchAll(SPAN)) {
    if (match.index > at) found.push({ kind: "text", text: text.slice(at, match.index) });
    const [whole, code, bold, star, underline, label, address] = match;
    const italic = star ?? underline;
    if (code !== undefined) found.push({ kind: "code", text: code });
    else if (bold !== undefined) found.push({ kind: "bold", text: bold });
    else if (italic !== undefined) found.push({ kind: "italic", text: italic });
    else found.push({ kind: "link", text: label ?? "", address: address ?? "" });
    at = match.index + whole.length;
  }
  if (at < text.length) found.push({ kind: "text", text: text.slice(at) });
  return found;
}

/** Parses a text into paragraphs and lists. */
export function blocks(text: string): Block[] {
  const found: Block[] = [];
  let lines: string[] = [];
  const flush = () => {
    if (lines.length > 0) found.push({ kind: "paragraph", spans: spans(lines.join("\n")) });
    lines = [];
  };
  for (const line of text.split("\n")) {
    const [bullet, number] = [BULLET.exec(line), NUMBER.exec(line)];
    if (bullet === null && number === null) {
      lines.push(line);
      continue;
    }
    flush();
    const ordered = bullet === null;
    const item = spans((ordered ? number?.[2] : bullet[1]) ?? "");
    const last = found.at(-1);
    if (last?.kind === "list" && last.ordered === ordered) last.items.push(item);
    else found.push({ kind: "list", ordered, start: Number(number?.[1] ?? 1), items: [item] });
  }
  flush();
  return found;
}
