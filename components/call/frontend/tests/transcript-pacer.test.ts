import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TranscriptPacer } from "../src/call/transcript-pacer";
import type { Message } from "../src/call/wire";

const TEXT = "Dogs are welcome in every room";
let passed: { text: string; status: number }[];
let pace: TranscriptPacer;

beforeEach(() => {
  vi.useFakeTimers();
  passed = [];
  pace = new TranscriptPacer((_publisher, message) => {
    if (message["object"] === "assistant.transcription")
      passed.push({ text: String(message["text"]), status: Number(message["turn_status"]) });
  });
});
afterEach(() => {
  pace.close();
  vi.useRealTimers();
});

/** A word every 300 ms from `fromMs` of the audio clock on. */
const timed = (text: string, fromMs: number) =>
  text.split(" ").map((word, n) => ({ word, start_ms: fromMs + 300 * n, duration_ms: 300 }));
const says = (status = 0, more: Message = {}): Message => ({
  object: "assistant.transcription",
  turn_id: 1,
  text: TEXT,
  turn_status: status,
  words: timed(TEXT, 5000),
  ...more,
});
const now = () => passed.at(-1);
const interrupt = (start_ms: number): Message => ({ object: "message.interrupt", turn_id: 1, start_ms });

describe("timed words (row 56)", () => {
  it("appear as they are spoken, from the first audio of the turn", () => {
    pace.take("1001", says(1));
    expect(passed).toEqual([]);
    vi.advanceTimersByTime(200);
    pace.sounded(performance.now());
    expect(now()).toEqual({ text: "Dogs", status: 0 });
    vi.advanceTimersByTime(620);
    expect(now()).toEqual({ text: "Dogs are welcome", status: 0 });
    vi.advanceTimersByTime(2000);
    expect(now()).toEqual({ text: TEXT, status: 1 });
  });

  it("end where the caller interrupted", () => {
    pace.sounded(performance.now());
    pace.take("1001", says());
    vi.advanceTimersByTime(700);
    pace.take("1001", interrupt(9999));
    expect(now()).toEqual({ text: "Dogs are welcome", status: 2 });
    vi.advanceTimersByTime(3000);
    expect(now()?.text).toBe("Dogs are welcome");
  });

  it("end where Agora says that the audio was cut, if that is earlier", () => {
    pace.sounded(performance.now());
    pace.take("1001", says());
    vi.advanceTimersByTime(700);
    pace.take("1001", interrupt(5350));
    expect(now()).toEqual({ text: "Dogs are", status: 2 });
  });

  it("don't wait if the clock was reset by a reconnection", () => {
    pace.sounded(performance.now());
    pace.take("1001", says());
    vi.advanceTimersByTime(400);
    pace.take("1001", says(1, { words: timed(TEXT, 0) }));
    vi.advanceTimersByTime(2000);
    expect(now()).toEqual({ text: TEXT, status: 1 });
  });

  it("continue the previous message if each has only the new words", () => {
    pace.sounded(performance.now());
    pace.take("1001", says(0, { text: "Dogs are welcome", words: timed("Dogs are welcome", 5000) }));
    pace.take("1001", says(1, { words: timed("in every room", 5900) }));
    vi.advanceTimersByTime(950);
    expect(now()?.text).toBe("Dogs are welcome in");
    vi.advanceTimersByTime(900);
    expect(now()).toEqual({ text: TEXT, status: 1 });
  });

  it("aren't repeated if the last message includes those from before a reload", () => {
    const [told, rest] = ["in every", "Dogs are welcome in every room"];
    pace.sounded(performance.now());
    pace.take("1001", says(0, { text: "Dogs are welcome in every", words: timed(told, 5900) }));
    vi.advanceTimersByTime(900);
    expect(now()?.text).toBe("Dogs are welcome in every");
    pace.take("1001", says(1, { words: timed(rest, 5000) }));
    expect(now()).toEqual({ text: TEXT, status: 1 });
  });

  /** Each word in a message of its own, when it is spoken. */
  const speak = (until: number, from = 0) => {
    const words = TEXT.split(" ");
    for (let n = from; n < until; n += 1) {
      pace.take("1001", says(0, { text: words.slice(0, n + 1).join(" "), words: timed(words[n] ?? "", 5000 + 300 * n) }));
      vi.advanceTimersByTime(300);
    }
  };

  it("stay in step after an interrupted sentence without silence, and after a pause", () => {
    pace.sounded(performance.now());
    vi.advanceTimersByTime(2500);
    pace.take("1001", { ...interrupt(4000), turn_id: 0 });
    speak(3);
    expect(now()?.text).toBe("Dogs are welcome");
    pace.sounded(performance.now());
    speak(6, 3);
    expect(now()?.text).toBe(TEXT);
  });

  it("ignore the start of an interrupted sentence", () => {
    pace.sounded(performance.now());
    vi.advanceTimersByTime(1000);
    pace.take("1001", { ...interrupt(4000), turn_id: 0 });
    pace.take("1001", says(1));
    expect(passed).toEqual([]);
    pace.sounded(performance.now());
    expect(now()?.text).toBe("Dogs");
  });

  it("are all shown without audio", () => {
    pace.take("1001", says(1));
    vi.advanceTimersByTime(2100);
    expect(passed).toEqual([{ text: TEXT, status: 1 }]);
  });
});

describe("text that passes unchanged", () => {
  it.each([
    ["has no times", says(1, { words: null })],
    ["is in step with the voice", says(0, { text: "Dogs are", words: timed("Dogs are", 5000) })],
    ["does not contain its words", says(1, { words: timed("Cats are", 5000) })],
    ["has words without a time", says(1, { words: [{ word: "Dogs" }] })],
  ])("%s", (_what, message) => {
    pace.take("1001", message);
    expect(passed).toEqual([{ text: message["text"], status: message["turn_status"] }]);
  });
});
