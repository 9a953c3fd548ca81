import { describe, expect, it } from "vitest";
import { Assembly, INCOMPLETE_FOR_MS } from "../src/call/wire";
import { base64 } from "./base64";

const bytes = (text: string) => new TextEncoder().encode(text);
const message = { object: "assistant.transcription", text: "Grüß Gott | café | 🙂 | naïve", turn_id: 3 };
const whole = base64(JSON.stringify(message));

/** The message in `count` frames, numbered from `first`; cut after the coding, as Agora does. */
function frames(count: number, first: 0 | 1, total: string = String(count)): Uint8Array[] {
  const size = Math.ceil(whole.length / count);
  return Array.from({ length: count }, (_, i) => bytes(`id7|${i + first}|${total}|${whole.slice(i * size, (i + 1) * size)}`));
}

const feed = (assembly: Assembly, pieces: Uint8Array[]) => pieces.map((piece) => assembly.take("1001", piece));

describe("messages on the data stream (row 50)", () => {
  it.each([0, 1] as const)("are assembled from parts numbered from %i, as UTF-8", (first) => {
    expect(feed(new Assembly(), frames(4, first)).at(-1)).toEqual(message);
  });

  it("are assembled in any order", () => {
    const [a, b, c] = frames(3, 1) as [Uint8Array, Uint8Array, Uint8Array];
    expect(feed(new Assembly(), [c, a, b])).toEqual([null, null, message]);
  });

  it("are delivered once, however often a part arrives", () => {
    const pieces = frames(2, 1);
    expect(feed(new Assembly(), [...pieces, ...pieces]).filter((m) => m !== null)).toHaveLength(1);
  });

  it("can get their number of parts late", () => {
    const [a] = frames(2, 1, "???");
    const [, b] = frames(2, 1);
    expect(feed(new Assembly(), [a as Uint8Array, b as Uint8Array])).toEqual([null, message]);
  });

  it("are assembled from parts that were encoded separately", () => {
    const raw = bytes(JSON.stringify(message));
    const parts = [raw.subarray(0, 10), raw.subarray(10)].map((part, i) => bytes(`id8|${i + 1}|2|${base64(part)}`));
    expect(feed(new Assembly(), parts).at(-1)).toEqual(message);
  });

  it("wait for a missing part no longer than 30 s", () => {
    let now = 0;
    const assembly = new Assembly(() => now);
    const [a, b] = frames(2, 1) as [Uint8Array, Uint8Array];
    assembly.take("1001", a);
    now = INCOMPLETE_FOR_MS + 1;
    assembly.take("1001", bytes("other|1|2|e30="));
    expect(assembly.take("1001", b)).toBeNull();
  });

  it("are separated by publisher", () => {
    const assembly = new Assembly();
    const [a, b] = frames(2, 1) as [Uint8Array, Uint8Array];
    expect([assembly.take("1", a), assembly.take("2", b), assembly.take("1", b)]).toEqual([null, null, message]);
  });

  it("can be plain JSON, with pipes", () => {
    expect(new Assembly().take("1", bytes(JSON.stringify(message)))).toEqual(message);
  });

  it.each(["", "garbage", "{", "[1]", "a|b|c|d", "x|1|1|***", "x|1|1|/w==", '"text"', "x|1|1|"])(
    "that are malformed are dropped: %j",
    (text) => {
      expect(new Assembly().take("1", bytes(text))).toBeNull();
    },
  );
});
