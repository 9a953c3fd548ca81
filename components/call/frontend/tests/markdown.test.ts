import { describe, expect, it } from "vitest";
import { blocks, spans } from "../src/call/markdown";

const HOSTILE = `<img src=x onerror="alert(1)"> <script>alert(2)</script> [x](javascript:alert(3)) **<b>y</b>**`;

describe("Markdown in the agent's lines", () => {
  it("renders bold, italic, code and links with their address (row 54)", () => {
    expect(spans("A **big** _quiet_ *room* `12` [site](https://a.example/x).")).toEqual([
      { kind: "text", text: "A " },
      { kind: "bold", text: "big" },
      { kind: "text", text: " " },
      { kind: "italic", text: "quiet" },
      { kind: "text", text: " " },
      { kind: "italic", text: "room" },
      { kind: "text", text: " " },
      { kind: "code", text: "12" },
      { kind: "text", text: " " },
      { kind: "link", text: "site", address: "https://a.example/x" },
      { kind: "text", text: "." },
    ]);
  });

  it("keeps HTML and other addresses as text (row 54)", () => {
    expect(spans(HOSTILE)).toEqual([
      { kind: "text", text: `<img src=x onerror="alert(1)"> <script>alert(2)</script> [x](javascript:alert(3)) ` },
      { kind: "bold", text: "<b>y</b>" },
    ]);
  });

  it("leaves arithmetic, names and unmatched asterisks alone", () => {
    for (const text of ["2 * 3 * 4", "a_b_c", "**open", "5*4*3"]) expect(spans(text)).toEqual([{ kind: "text", text }]);
  });

  it("groups the items of a list", () => {
    const found = blocks("Two rooms:\n- garden\n- **sea**\n3. third");
    expect(found.map((block) => block.kind)).toEqual(["paragraph", "list", "list"]);
    expect(found[2]).toMatchObject({ ordered: true, start: 3 });
  });

  it("is fast for any text", () => {
    expect(spans("*".repeat(20_000)).length).toBe(1);
    expect(spans("[".repeat(5_000)).length).toBe(1);
  });
});
