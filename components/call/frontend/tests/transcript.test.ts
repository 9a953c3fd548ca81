import { describe, expect, it } from "vitest";
import type { Lines, TranscriptUpdate } from "../src/call/line";
import { ASIDE } from "../src/call/line";
import { caughtUp, restored } from "../src/call/restored";
import * as messages from "../src/call/sent-messages";
import * as transcript from "../src/call/transcript";
import { before } from "../src/watch/watching";

const says = (
  speaker: "user" | "agent",
  turnId: number,
  text: string,
  more: Partial<TranscriptUpdate> = {},
): TranscriptUpdate => ({
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
  it("replaces an interim line with its final form (row 49)", () => {
    let lines = transcript.merge([], [says("user", 1, "do you", { complete: false })], 100);
    lines = transcript.merge(lines, [says("user", 1, "do you have a room", { complete: false })], 200);
    lines = transcript.merge(lines, [says("user", 1, "Do you have a room?")], 300);
    expect(shown(lines)).toEqual([["user", 1, "Do you have a room?", "final"]]);
    expect(lines[0]).toMatchObject({ startedMs: 100, endedMs: 300 });
  });

  it("is the same list after repeated updates of a whole call (rows 49, 52, 54)", () => {
    const call = [
      says("agent", 0, "Hello."),
      says("user", 1, "A room?"),
      says("agent", 1, "Yes, "),
      says("user", 2, "With sea?"),
      says("agent", 2, "Of course."),
    ];
    let lines: Lines = [];
    for (let i = 1; i <= call.length; i++) lines = transcript.merge(lines, call.slice(0, i), i * 1000);
    expect(shown(transcript.merge(lines, call, 9000))).toEqual([
      ["agent", 0, "Hello.", "final"],
      ["user", 1, "A room?", "final"],
      ["agent", 1, "Yes, ", "final"],
      ["user", 2, "With sea?", "final"],
      ["agent", 2, "Of course.", "final"],
    ]);
    expect(lines[0]?.source).toBe("greeting");
  });

  it("puts the caller before the agent within a turn (row 54)", () => {
    const lines = transcript.merge([], [says("agent", 4, "Sure"), says("user", 4, "Can you?")], 1);
    expect(lines.map((line) => line.speaker)).toEqual(["user", "agent"]);
  });

  it("is the same object if nothing changed", () => {
    const lines = transcript.merge([], [says("agent", 0, "Hello.")], 1);
    expect(transcript.merge(lines, [says("agent", 0, "Hello.")], 2)).toBe(lines);
  });

  it("keeps HTML and Markdown as text (row 54)", () => {
    const text = "<img src=x onerror=alert(1)> **bold**";
    expect(transcript.merge([], [says("user", 1, text)], 1)[0]?.text).toBe(text);
  });

  it("separates two agents (row 21)", () => {
    const lines = transcript.merge([], [says("agent", 1, "I am one"), says("agent", 1, "I am two", { publisher: "1002" })], 1);
    expect(lines.map((line) => line.text)).toEqual(["I am one", "I am two"]);
  });

  it("shows no empty line", () => {
    expect(transcript.merge([], [says("user", 1, " ", { complete: false })], 1)).toEqual([]);
  });

  it("marks an interrupted turn permanently (row 53)", () => {
    const told = transcript.merge([], [says("agent", 1, "The sea view costs", { complete: false })], 1);
    const cut = transcript.interrupt(told, 1, 900);
    expect(cut[0]).toMatchObject({ state: "interrupted", endedMs: 900 });
    expect(transcript.merge(cut, [says("agent", 1, "The sea", { complete: true })], 950)[0]).toMatchObject({
      state: "interrupted",
      text: "The sea",
    });
    expect(transcript.interrupt(cut, 7, 1)).toBe(cut);
    const status = transcript.merge([], [says("agent", 2, "Well", { interrupted: true })], 1);
    expect(status[0]?.state).toBe("interrupted");
  });
});

describe("typed messages", () => {
  const typed = messages.addMessage([], "typed", "Is breakfast  included?", "m1000", 1000);

  it("appear in the transcript at once (row 57)", () => {
    expect(typed[0]).toMatchObject({ speaker: "user", source: "typed", state: "sending", turnId: null });
  });

  it("aren't shown twice when Agora repeats them (row 59)", () => {
    const lines = transcript.merge(typed, [says("user", 5, "is breakfast included?")], 1400);
    expect(shown(lines)).toEqual([["user", 5, "Is breakfast  included?", "final"]]);
    expect(transcript.merge(lines, [says("user", 5, "is breakfast included?")], 1500)).toBe(lines);
  });

  it("are separate from the same words said much later (row 59)", () => {
    const lines = transcript.merge(typed, [says("user", 5, "Is breakfast included?")], 60_000);
    expect(lines).toHaveLength(2);
  });

  it("belong to the turn in which the agent answers them", () => {
    const lines = transcript.merge(typed, [says("agent", 6, "It is.", { complete: false })], 2000);
    expect(shown(lines)).toEqual([
      ["user", 6, "Is breakfast  included?", "final"],
      ["agent", 6, "It is.", "interim"],
    ]);
  });

  it("don't take a spoken turn", () => {
    const lines = transcript.merge(typed, [says("user", 6, "And parking?"), says("agent", 6, "Yes.")], 2000);
    expect(lines.find((line) => line.source === "typed")?.turnId).toBeNull();
  });

  it("that fail are marked, and return their text (row 57)", () => {
    const { lines, text } = messages.messageFailed(typed);
    expect([lines[0]?.state, text]).toEqual(["failed", "Is breakfast  included?"]);
    expect(messages.messageFailed(lines).text).toBeNull();
  });

  it("that are sent again appear once", () => {
    const again = messages.addMessage(messages.messageFailed(typed).lines, "typed", "Is breakfast included?", "m2", 5000);
    expect(again.map((line) => line.state)).toEqual(["sending"]);
  });

  it("are final once accepted", () => {
    expect(messages.messageAccepted(typed, typed[0]?.key ?? "")[0]?.state).toBe("final");
  });
});

describe("the end of a call", () => {
  it("leaves nothing in progress, and gives every line a turn", () => {
    const talk = transcript.merge([], [says("agent", 3, "We are", { complete: false })], 1);
    const lines = transcript.closed(messages.addMessage(talk, "typed", "bye", "m2", 2));
    expect(shown(lines)).toEqual([
      ["agent", 3, "We are", "final"],
      ["user", 4, "bye", "final"],
    ]);
    expect(transcript.closed(lines)).toEqual(lines);
  });
});

describe("lines after a reload (row 28)", () => {
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

  it("are restored, and the agent's next words continue its line", () => {
    const lines = restored(said);
    expect(lines.map((line) => line.text)).toEqual(["Dogs?", "Dogs are"]);
    const more = transcript.merge(
      lines,
      [{ speaker: "agent", publisher: "7", turnId: 1, text: "Dogs are welcome.", complete: true, interrupted: false }],
      40,
    );
    expect(more.map((line) => line.text)).toEqual(["Dogs?", "Dogs are welcome."]);
  });

  it("are completed by stored turns that the page missed", () => {
    const [asked, begun] = said;
    const missed = { ...begun, turn_id: 2, text: "And cats." };
    const half = transcript.merge(restored([asked]), [says("agent", 1, "Dogs are", { complete: false })], 40);
    const lines = [asked, { ...begun, text: "Dogs are welcome." }, missed].reduce(caughtUp, half);
    expect(lines.map(({ text, state }) => [text, state])).toEqual([
      ["Dogs?", "final"],
      ["Dogs are welcome.", "final"],
      ["And cats.", "final"],
    ]);
  });

  it("contain nothing twice, whichever ID a stored turn has, and no outdated words", () => {
    const typed = messages.addMessage(restored(said), "typed", "Cats?", "t1", 50);
    const heard = transcript.merge(typed, [says("agent", 5, "Cats too."), says("agent", 6, "Bye.", { complete: false })], 60);
    const [asked, answered] = said;
    const again = [{ ...asked, turn_id: 2, text: "Cats?" }, { ...answered, turn_id: 2, text: "Cats too." }, answered];
    expect(again.reduce(caughtUp, heard)).toEqual(heard);
  });

  it("come before what a late watcher hears", () => {
    const more = transcript.merge(before(restored(said)), [says("user", 1, "Cats?"), says("agent", 1, "Cats too.")], 40);
    expect(more.map((line) => line.text)).toEqual(["Dogs?", "Dogs are", "Cats?", "Cats too."]);
  });
});

describe("texts to speak and whispers", () => {
  const hello = transcript.merge([], [says("agent", 0, "Hello."), says("user", 1, "A room?"), says("agent", 1, "Yes.")], 1);

  it("a text to speak comes before the agent's words, which are marked (row 62)", () => {
    let lines = messages.addMessage(hello, "say", "Good night, all.", "s1", 10);
    lines = messages.messageAccepted(lines, "s1");
    lines = transcript.merge(lines, [says("agent", 2, "Good night,", { complete: false })], 20);
    expect(lines.slice(-2).map(({ speaker, source, text }) => [speaker, source, text])).toEqual([
      ["user", "say", "Good night, all."],
      ["agent", "say", "Good night,"],
    ]);
  });

  it("a text to speak doesn't take a typed message's reply (row 62)", () => {
    let lines = messages.addMessage(hello, "typed", "And breakfast?", "t1", 10);
    lines = messages.addMessage(lines, "say", "One moment.", "s1", 11);
    lines = transcript.merge(lines, [says("agent", 2, "One moment."), says("agent", 3, "From seven.")], 20);
    expect(lines.find((line) => line.key === "t1")?.turnId).toBe(3);
  });

  it("a whisper stays where it was sent, in no turn of Agora's (row 63)", () => {
    let lines = messages.addMessage(hello, "whisper", "Be brief.", "w1", 10);
    lines = transcript.merge(lines, [says("user", 2, "And a dog?"), says("agent", 2, "Yes.")], 20);
    expect(lines.map((line) => line.text)).toEqual(["Hello.", "A room?", "Yes.", "Be brief.", "And a dog?", "Yes."]);
    expect(lines[3]?.turnId).toBeGreaterThan(ASIDE);
    expect(transcript.closed(lines).map((line) => line.text)).toEqual(lines.map((line) => line.text));
  });

  it("a rejected one keeps its text (row 63)", () => {
    const { lines, text } = messages.messageFailed(messages.addMessage(hello, "whisper", "Be brief.", "w1", 10), "w1");
    expect([lines.at(-1)?.state, text]).toEqual(["failed", "Be brief."]);
  });
});

describe("a message typed during a spoken turn", () => {
  const spoken = transcript.merge([], [says("agent", 0, "Hello."), says("user", 1, "Hi."), says("agent", 1, "Welcome.")], 10);
  const typed = messages.addMessage(spoken, "typed", "Is there a pool?", "t1", 20);
  const texts = (lines: Lines) => lines.map(({ text }) => text);

  it("stays before what is said after it, and its reply comes after both", () => {
    let lines = transcript.merge(typed, [says("user", 2, "And breakfast?")], 30);
    lines = transcript.merge(lines, [says("agent", 2, "From seven.")], 40);
    lines = transcript.merge(lines, [says("agent", 3, "Yes, heated.")], 50);
    expect(texts(lines).slice(3)).toEqual(["Is there a pool?", "And breakfast?", "From seven.", "Yes, heated."]);
    expect(lines.find(({ key }) => key === "t1")?.turnId).toBe(3);
  });

  it("is in the same place after a reload", () => {
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
