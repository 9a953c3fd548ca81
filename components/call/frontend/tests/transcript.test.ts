import { describe, expect, it } from "vitest";
import type { Lines, Spoken } from "../src/call/line";
import { ASIDE } from "../src/call/line";
import { caughtUp, restored } from "../src/call/restored";
import * as written from "../src/call/sent-messages";
import * as transcript from "../src/call/transcript";
import { before } from "../src/watch/watching";

const says = (speaker: "user" | "agent", turnId: number, text: string, more: Partial<Spoken> = {}): Spoken => ({
  speaker,
  turnId,
  text,
  publisher: speaker === "user" ? "0" : "1001",
  complete: true,
  interrupted: false,
  ...more,
});
const shown = (lines: Lines) => lines.map(({ speaker, turnId, text, state }) => [speaker, turnId, text, state]);

describe("the transcript", () => {
  it("replaces a line in progress by its final form, without a second line (row 49)", () => {
    let lines = transcript.hear([], [says("user", 1, "do you", { complete: false })], 100);
    lines = transcript.hear(lines, [says("user", 1, "do you have a room", { complete: false })], 200);
    lines = transcript.hear(lines, [says("user", 1, "Do you have a room?")], 300);
    expect(shown(lines)).toEqual([["user", 1, "Do you have a room?", "final"]]);
    expect(lines[0]).toMatchObject({ startedMs: 100, endedMs: 300 });
  });

  it("is the golden list after a whole call told again and again (rows 49, 52, 54)", () => {
    const call = [
      says("agent", 0, "Hello."),
      says("user", 1, "A room?"),
      says("agent", 1, "Yes, "),
      says("user", 2, "With sea?"),
      says("agent", 2, "Of course."),
    ];
    let lines: Lines = [];
    for (let i = 1; i <= call.length; i++) lines = transcript.hear(lines, call.slice(0, i), i * 1000);
    expect(shown(transcript.hear(lines, call, 9000))).toEqual([
      ["agent", 0, "Hello.", "final"],
      ["user", 1, "A room?", "final"],
      ["agent", 1, "Yes, ", "final"],
      ["user", 2, "With sea?", "final"],
      ["agent", 2, "Of course.", "final"],
    ]);
    expect(lines[0]?.source).toBe("greeting");
  });

  it("puts the person before the agent within a turn, whoever's words came first (row 54)", () => {
    const lines = transcript.hear([], [says("agent", 4, "Sure"), says("user", 4, "Can you?")], 1);
    expect(lines.map((line) => line.speaker)).toEqual(["user", "agent"]);
  });

  it("is the very same list when nothing new was told", () => {
    const lines = transcript.hear([], [says("agent", 0, "Hello.")], 1);
    expect(transcript.hear(lines, [says("agent", 0, "Hello.")], 2)).toBe(lines);
  });

  it("keeps HTML and markdown as the text they are (row 54)", () => {
    const text = "<img src=x onerror=alert(1)> **bold**";
    expect(transcript.hear([], [says("user", 1, text)], 1)[0]?.text).toBe(text);
  });

  it("keeps two agents apart (row 21)", () => {
    const lines = transcript.hear([], [says("agent", 1, "I am one"), says("agent", 1, "I am two", { publisher: "1002" })], 1);
    expect(lines.map((line) => line.text)).toEqual(["I am one", "I am two"]);
  });

  it("shows no empty line", () => {
    expect(transcript.hear([], [says("user", 1, " ", { complete: false })], 1)).toEqual([]);
  });

  it("marks an interrupted turn, for good (row 53)", () => {
    const told = transcript.hear([], [says("agent", 1, "The sea view costs", { complete: false })], 1);
    const cut = transcript.interrupt(told, 1, 900);
    expect(cut[0]).toMatchObject({ state: "interrupted", endedMs: 900 });
    expect(transcript.hear(cut, [says("agent", 1, "The sea", { complete: true })], 950)[0]).toMatchObject({
      state: "interrupted",
      text: "The sea",
    });
    expect(transcript.interrupt(cut, 7, 1)).toBe(cut);
    const status = transcript.hear([], [says("agent", 2, "Well", { interrupted: true })], 1);
    expect(status[0]?.state).toBe("interrupted");
  });
});

describe("typed messages", () => {
  const typed = written.write([], "typed", "Is breakfast  included?", "m1000", 1000);

  it("stand in the transcript at once (row 57)", () => {
    expect(typed[0]).toMatchObject({ speaker: "user", source: "typed", state: "sending", turnId: null });
  });

  it("are not shown twice when Agora says them back (row 59)", () => {
    const lines = transcript.hear(typed, [says("user", 5, "is breakfast included?")], 1400);
    expect(shown(lines)).toEqual([["user", 5, "Is breakfast  included?", "final"]]);
    expect(transcript.hear(lines, [says("user", 5, "is breakfast included?")], 1500)).toBe(lines);
  });

  it("are two lines when the person says the same words much later (row 59)", () => {
    const lines = transcript.hear(typed, [says("user", 5, "Is breakfast included?")], 60_000);
    expect(lines).toHaveLength(2);
  });

  it("belong to the turn in which the agent answers them", () => {
    const lines = transcript.hear(typed, [says("agent", 6, "It is.", { complete: false })], 2000);
    expect(shown(lines)).toEqual([
      ["user", 6, "Is breakfast  included?", "final"],
      ["agent", 6, "It is.", "interim"],
    ]);
  });

  it("do not take the turn of somebody who spoke", () => {
    const lines = transcript.hear(typed, [says("user", 6, "And parking?"), says("agent", 6, "Yes.")], 2000);
    expect(lines.find((line) => line.source === "typed")?.turnId).toBeNull();
  });

  it("that fail say so and give their text back (row 57)", () => {
    const { lines, text } = written.writtenFailed(typed);
    expect([lines[0]?.state, text]).toEqual(["failed", "Is breakfast  included?"]);
    expect(written.writtenFailed(lines).text).toBeNull();
  });

  it("that are sent again stand there once", () => {
    const again = written.write(written.writtenFailed(typed).lines, "typed", "Is breakfast included?", "m2", 5000);
    expect(again.map((line) => line.state)).toEqual(["sending"]);
  });

  it("count as arrived when nothing was heard to the contrary", () => {
    expect(written.writtenArrived(typed, typed[0]?.key ?? "")[0]?.state).toBe("final");
  });
});

describe("the end of a call", () => {
  it("leaves nothing in progress and gives every said thing a turn", () => {
    const talk = transcript.hear([], [says("agent", 3, "We are", { complete: false })], 1);
    const lines = transcript.closed(written.write(talk, "typed", "bye", "m2", 2));
    expect(shown(lines)).toEqual([
      ["agent", 3, "We are", "final"],
      ["user", 4, "bye", "final"],
    ]);
    expect(transcript.closed(lines)).toEqual(lines);
  });
});

describe("lines that a reload brought back (row 28)", () => {
  const said = [
    {
      turn_id: 1,
      speaker: "user",
      text: "Dogs?",
      started_ms: 5,
      ended_ms: 9,
      source: "voice",
      interrupted: false,
      latency_ms: null,
    },
    {
      turn_id: 1,
      speaker: "agent",
      text: "Dogs are",
      started_ms: 20,
      ended_ms: 30,
      source: "voice",
      interrupted: false,
      latency_ms: 700,
    },
  ] as const;

  it("are there again, and the agent's next words go on with its line", () => {
    const lines = restored(said);
    expect(lines.map((line) => line.text)).toEqual(["Dogs?", "Dogs are"]);
    const more = transcript.hear(
      lines,
      [{ speaker: "agent", publisher: "7", turnId: 1, text: "Dogs are welcome.", complete: true, interrupted: false }],
      40,
    );
    expect(more.map((line) => line.text)).toEqual(["Dogs?", "Dogs are welcome."]);
  });

  it("are completed by what the record has of the time in which the page heard nothing", () => {
    const [asked, begun] = said;
    const missed = { ...begun, turn_id: 2, text: "And cats." };
    const half = transcript.hear(restored([asked]), [says("agent", 1, "Dogs are", { complete: false })], 40);
    const lines = [asked, { ...begun, text: "Dogs are welcome." }, missed].reduce(caughtUp, half);
    expect(lines.map(({ text, state }) => [text, state])).toEqual([
      ["Dogs?", "final"],
      ["Dogs are welcome.", "final"],
      ["And cats.", "final"],
    ]);
  });

  it("take nothing twice, whichever number the record gave it, and no older words for newer ones", () => {
    const typed = written.write(restored(said), "typed", "Cats?", "t1", 50);
    const heard = transcript.hear(typed, [says("agent", 5, "Cats too."), says("agent", 6, "Bye.", { complete: false })], 60);
    const [asked, answered] = said;
    const again = [{ ...asked, turn_id: 2, text: "Cats?" }, { ...answered, turn_id: 2, text: "Cats too." }, answered];
    expect(again.reduce(caughtUp, heard)).toEqual(heard);
  });

  it("come before what a late watcher hears, whose turns begin with the first one heard", () => {
    const more = transcript.hear(before(restored(said)), [says("user", 1, "Cats?"), says("agent", 1, "Cats too.")], 40);
    expect(more.map((line) => line.text)).toEqual(["Dogs?", "Dogs are", "Cats?", "Cats too."]);
  });
});

describe("what is written beside the talk", () => {
  const hello = transcript.hear([], [says("agent", 0, "Hello."), says("user", 1, "A room?"), says("agent", 1, "Yes.")], 1);

  it("a text to say stands before the agent's words, which are marked as ordered (row 62)", () => {
    let lines = written.write(hello, "say", "Good night, all.", "s1", 10);
    lines = written.writtenArrived(lines, "s1");
    lines = transcript.hear(lines, [says("agent", 2, "Good night,", { complete: false })], 20);
    expect(lines.slice(-2).map(({ speaker, source, text }) => [speaker, source, text])).toEqual([
      ["user", "say", "Good night, all."],
      ["agent", "say", "Good night,"],
    ]);
  });

  it("a text to say takes no typed message's answer (row 62)", () => {
    let lines = written.write(hello, "typed", "And breakfast?", "t1", 10);
    lines = written.write(lines, "say", "One moment.", "s1", 11);
    lines = transcript.hear(lines, [says("agent", 2, "One moment."), says("agent", 3, "From seven.")], 20);
    expect(lines.find((line) => line.key === "t1")?.turnId).toBe(3);
  });

  it("a whisper stays where it was written, in no turn of Agora's (row 63)", () => {
    let lines = written.write(hello, "whisper", "Be brief.", "w1", 10);
    lines = transcript.hear(lines, [says("user", 2, "And a dog?"), says("agent", 2, "Yes.")], 20);
    expect(lines.map((line) => line.text)).toEqual(["Hello.", "A room?", "Yes.", "Be brief.", "And a dog?", "Yes."]);
    expect(lines[3]?.turnId).toBeGreaterThan(ASIDE);
    expect(transcript.closed(lines).map((line) => line.text)).toEqual(lines.map((line) => line.text));
  });

  it("what was refused keeps its text (row 63)", () => {
    const { lines, text } = written.writtenFailed(written.write(hello, "whisper", "Be brief.", "w1", 10), "w1");
    expect([lines.at(-1)?.state, text]).toEqual(["failed", "Be brief."]);
  });
});

describe("a message typed across a spoken turn", () => {
  const spoken = transcript.hear([], [says("agent", 0, "Hello."), says("user", 1, "Hi."), says("agent", 1, "Welcome.")], 10);
  const typed = written.write(spoken, "typed", "Is there a pool?", "t1", 20);
  const texts = (lines: Lines) => lines.map(({ text }) => text);

  it("stays before what is said after it, and its answer comes after both", () => {
    let lines = transcript.hear(typed, [says("user", 2, "And breakfast?")], 30);
    lines = transcript.hear(lines, [says("agent", 2, "From seven.")], 40);
    lines = transcript.hear(lines, [says("agent", 3, "Yes, heated.")], 50);
    expect(texts(lines).slice(3)).toEqual(["Is there a pool?", "And breakfast?", "From seven.", "Yes, heated."]);
    expect(lines.find(({ key }) => key === "t1")?.turnId).toBe(3);
  });

  it("is found in the same place after a reload", () => {
    const said = (turn_id: number, speaker: "user" | "agent", text: string, started_ms: number, source = "voice") => ({
      ...{ turn_id, speaker, text, started_ms, source, ended_ms: started_ms, interrupted: false, latency_ms: null },
    });
    const lines = restored([
      said(1, "user", "Hi.", 10),
      said(2, "user", "And breakfast?", 30),
      said(2, "agent", "From seven.", 40),
      said(3, "user", "Is there a pool?", 20, "typed"),
      said(3, "agent", "Yes, heated.", 50),
    ]);
    expect(texts(lines)).toEqual(["Hi.", "Is there a pool?", "And breakfast?", "From seven.", "Yes, heated."]);
  });
});
