/** Renders a subset of Markdown. Preact creates the elements, so a text can't become HTML. */

import { blocks, type Span } from "../call/markdown";

export function RichText({ text }: { text: string }) {
  return (
    <>
      {blocks(text).map((block, i) => {
        if (block.kind === "paragraph") return <Spans key={i} spans={block.spans} />;
        const items = block.items.map((item, j) => (
          <li key={j}>
            <Spans spans={item} />
          </li>
        ));
        return block.ordered ? (
          <ol key={i} className="rich-list" start={block.start}>
            {items}
          </ol>
        ) : (
          <ul key={i} className="rich-list">
            {items}
          </ul>
        );
      })}
    </>
  );
}

function Spans({ spans }: { spans: readonly Span[] }) {
  return (
    <>
      {spans.map((span, i) => (
        <One key={i} span={span} />
      ))}
    </>
  );
}

function One({ span }: { span: Span }) {
  switch (span.kind) {
    case "text":
      return span.text;
    case "bold":
      return <strong>{span.text}</strong>;
    case "italic":
      return <em>{span.text}</em>;
    case "code":
      return <code className="rich-code">{span.text}</code>;
    case "link":
      return (
        <>
          {span.text} <span className="rich-address">({span.address})</span>
        </>
      );
  }
}
