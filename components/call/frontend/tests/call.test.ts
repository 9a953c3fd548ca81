import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Lines } from "../src/call/line";
import { NOT_REPLACED } from "../src/call/problems";
import type { CallEvent } from "../src/call/state";
import type { Store } from "../src/call/store";
import type { BackupRequest } from "../src/call/studio-link";
import type { ComponentData, Ticket } from "../src/ticket";

/** Stands where the real run (SDK, sockets, audio) would be; the test plays what it reports. */
class PlayedCall {
  static all: PlayedCall[] = [];
  started = 0;
  finished: string[] = [];
  released = 0;
  replacedAt = 0;
  tookOverAt = 0;
  static moment = 0;
  levels = { mic: 0, agent: 0 };
  typed: string[] = [];
  takes = true;

  constructor(
    readonly ticket: Ticket,
    readonly lines: Store<Lines>,
    readonly dispatch: (event: CallEvent) => void,
    _picture: unknown,
    _assets: unknown,
    _own: unknown,
    readonly background = false,
  ) {
    PlayedCall.all.push(this);
  }

  async start(): Promise<void> {
    this.started++;
  }

  async finish(reason: string): Promise<void> {
    this.finished.push(reason);
  }

  release(): void {
    this.released++;
  }

  replaced(): void {
    this.replacedAt = ++PlayedCall.moment;
  }

  takeOver(): void {
    this.tookOverAt = ++PlayedCall.moment;
  }

  write(_source: string, text: string): boolean {
    if (this.takes) this.typed.push(text);
    return this.takes;
  }

  agentCame(): void {
    this.dispatch({ type: "agent_seen", atMs: 1 });
  }

  over(reason = "ended"): void {
    this.dispatch({ type: "over", reason, detail: "", atMs: 2 });
  }
}

vi.mock("../src/call/active-call", () => ({ ActiveCall: PlayedCall }));
const { Call } = await import("../src/call/call");

const ticket = (session_id: string): Ticket => ({
  session_id,
  capability: "c",
  app_id: "a",
  channel: "ch",
  token: "t",
  uid: 1,
  agent_uid: 2,
  avatar_uid: null,
  agent_name: "Ava",
  place: "twin",
  edge: null,
  elapsed_ms: 0,
  said: [],
});
const data = (more: Partial<ComponentData> = {}): ComponentData => ({
  stage: { agent_name: "Ava", place: "twin", can_launch: true, launching: false, problem: null },
  ticket: null,
  answered: null,
  ...more,
});
const PROBLEM = { message: "no prompt", advice: "write one" };

let call: InstanceType<typeof Call>;
let pressed: number[];
let presented: number[];
let resumed: unknown[];
let ended: string[];
let requested: BackupRequest[];
const triggers = {
  launch: (press: number) => pressed.push(press),
  hold: (press: number) => pressed.push(-press),
  present: (press: number) => presented.push(press),
  ended: (id: string) => ended.push(id),
  resume: (saved: unknown) => resumed.push(saved),
  review: () => undefined,
  open: () => undefined,
  brain: () => undefined,
  backup: (request: BackupRequest) => requested.push(request),
};
const newest = () => PlayedCall.all.at(-1) as PlayedCall;
const phase = () => call.state.get().phase;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", { addEventListener: () => undefined, isSecureContext: true });
  vi.stubGlobal("RTCPeerConnection", class {});
  vi.stubGlobal("navigator", { mediaDevices: {} });
  [PlayedCall.all, pressed, presented, resumed, ended, requested] = [[], [], [], [], [], []];
  call = new Call("http://localhost/ui-assets/index.js");
  call.receive(data(), triggers);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a page that was opened by a link (row 11)", () => {
  it("launches nothing without a click, whatever the link asks for", () => {
    const opened = new Call("http://localhost/ui-assets/index.js");
    opened.receive(data({ stage: { ...data().stage, ...{ autoconnect: true } } }), triggers);
    expect([pressed.length, opened.state.get().phase]).toEqual([0, "idle"]);
  });
});

describe("a launch before the page is drawn", () => {
  let draw: () => void = () => undefined;
  const early = () => {
    const opened = new Call("http://localhost/ui-assets/index.js", (act) => (draw = act));
    opened.receive(data(), triggers);
    opened.launch();
    return opened;
  };

  it("asks Python once it is drawn, through the stage that is mounted then", () => {
    const opened = early();
    expect(pressed).toEqual([]);
    const later: number[] = [];
    opened.receive(data(), { ...triggers, launch: (press) => later.push(press) });
    opened.unmounted(triggers);
    draw();
    expect([pressed.length, later.length, opened.state.get().phase]).toEqual([0, 1, "asking"]);
  });

  it("asks for nothing if it was canceled meanwhile", () => {
    const opened = early();
    opened.cancel();
    draw();
    expect([pressed, opened.state.get().phase]).toEqual([[], "idle"]);
  });
});

describe("a stage that is mounted again", () => {
  it("is used, also if the old one is unmounted later", () => {
    const later = { ...triggers };
    call.receive(data(), later);
    call.unmounted(triggers);
    call.launch();
    expect([pressed.length, phase()]).toEqual([1, "asking"]);
  });

  it("is used again when the newer one is unmounted", () => {
    const later = { ...triggers };
    call.receive(data(), later);
    call.unmounted(later);
    call.launch();
    expect([pressed.length, phase()]).toEqual([1, "asking"]);
  });

  it("reports that no stage is mounted", () => {
    call.unmounted(triggers);
    call.launch();
    expect([phase(), call.state.get().problem?.message]).toEqual(["failed", "Greenroom didn't respond."]);
  });
});

describe("a held call", () => {
  it("has its own trigger, and starts once it is live", () => {
    call.launch("hold");
    expect(pressed).toEqual([-Date.now()]);
    call.receive(data({ ticket: { ...ticket("s1"), held: true } }), triggers);
    call.release();
    expect(newest().released).toBe(0);
    newest().agentCame();
    call.release();
    expect(newest().released).toBe(1);
  });
});

describe("the presenter's backup", () => {
  const asked = () => requested.map(({ scripted, session_id }) => [scripted, session_id]);

  it("can be requested while the call is joining, and names the call to replace", () => {
    call.receive(data({ ticket: ticket("s1") }), triggers);
    call.backup();
    newest().agentCame();
    call.backup(true);
    expect(asked()).toEqual([
      [false, "s1"],
      [true, "s1"],
    ]);
  });

  it("waits for the ticket of a launch, and is dropped without one", () => {
    call.launch();
    call.backup();
    call.cancel();
    call.launch();
    call.receive(data({ ticket: ticket("s1") }), triggers);
    expect(asked()).toEqual([]);
    newest().over();
    call.launch();
    call.backup(true);
    call.receive(data({ ticket: ticket("s2") }), triggers);
    expect(asked()).toEqual([[true, "s2"]]);
  });
});

describe("a ticket", () => {
  it("starts a call once, also after a rerun or remount", () => {
    call.receive(data({ ticket: ticket("s1") }), triggers);
    call.unmounted(triggers);
    call.receive(data({ ticket: ticket("s1") }), triggers);
    expect([PlayedCall.all.length, newest().started, phase()]).toEqual([1, 1, "joining"]);
  });

  it("of an ended call doesn't start it again", () => {
    call.receive(data({ ticket: ticket("s1") }), triggers);
    newest().over();
    call.receive(data({ ticket: ticket("s1") }), triggers);
    expect([PlayedCall.all.length, phase()]).toEqual([1, "ended"]);
  });

  it("that arrives during a call waits until it has ended", () => {
    call.receive(data({ ticket: ticket("s1") }), triggers);
    newest().agentCame();
    call.receive(data({ ticket: ticket("s2") }), triggers);
    expect([PlayedCall.all.length, newest().finished]).toEqual([1, ["ended"]]);
    newest().over();
    expect([PlayedCall.all.length, newest().ticket.session_id, phase()]).toEqual([2, "s2", "joining"]);
  });
});

describe("Launch", () => {
  it("asks Python once, however often it is clicked (row 12)", () => {
    call.launch();
    call.launch();
    expect([pressed.length, phase()]).toEqual([1, "asking"]);
    call.receive(data({ ticket: ticket("s1"), answered: pressed[0] ?? null }), triggers);
    call.launch();
    expect([pressed.length, phase()]).toEqual([1, "joining"]);
  });

  it("shows why it was rejected, also the second time", () => {
    for (let i = 0; i < 2; i++) {
      vi.advanceTimersByTime(1000);
      call.launch();
      call.receive(data({ answered: pressed.at(-1) ?? null, stage: { ...data().stage, problem: PROBLEM } }), triggers);
      expect([phase(), call.state.get().problem]).toEqual(["failed", PROBLEM]);
    }
  });

  it("drops a rejection once the page shows no problem anymore", () => {
    call.launch();
    const answered = pressed.at(-1) ?? null;
    call.receive(data({ answered, stage: { ...data().stage, problem: PROBLEM } }), triggers);
    call.receive(data({ answered, stage: { ...data().stage, problem: PROBLEM } }), triggers);
    expect(phase()).toBe("failed");
    call.receive(data({ answered }), triggers);
    expect([phase(), call.state.get().problem]).toEqual(["idle", null]);
  });

  it("ignores data that is older than the click", () => {
    call.launch();
    call.receive(data({ answered: 1, stage: { ...data().stage, problem: PROBLEM } }), triggers);
    expect(phase()).toBe("asking");
  });

  it("gives up without an answer", () => {
    call.launch();
    vi.advanceTimersByTime(60_000);
    expect(call.state.get()).toMatchObject({ phase: "failed", problem: { message: "Greenroom didn't respond." } });
  });

  it("reports at once what the browser lacks (row 73)", () => {
    vi.stubGlobal("RTCPeerConnection", undefined);
    call.launch();
    expect([pressed, phase(), call.state.get().problem?.message]).toEqual([
      [],
      "failed",
      "This browser doesn't support WebRTC, which calls need.",
    ]);
  });
});

describe("End and launch", () => {
  it("launches the selected agent once the running call has ended, and sends Python one trigger", () => {
    call.receive(data({ ticket: ticket("s1") }), triggers);
    newest().agentCame();
    call.endAndLaunch();
    expect([newest().finished, phase(), pressed.length]).toEqual([["ended"], "ending", 0]);
    newest().over();
    expect([phase(), pressed.length, ended]).toEqual(["asking", 1, []]);
  });

  it("doesn't launch again after the next call", () => {
    call.receive(data({ ticket: ticket("s1") }), triggers);
    newest().agentCame();
    call.endAndLaunch();
    newest().over();
    call.receive(data({ ticket: ticket("s2") }), triggers);
    newest().agentCame();
    newest().over();
    expect([phase(), pressed.length, ended]).toEqual(["ended", 1, ["s2"]]);
  });
});

describe("a call that replaces another", () => {
  const next = (id = "s2") => call.receive(data({ ticket: { ...ticket(id), replaces: "s1" } }), triggers);
  const shown = () => [call.state.get().sessionId, phase()];
  let first: PlayedCall;
  beforeEach(() => {
    call.receive(data({ ticket: ticket("s1") }), triggers);
    newest().agentCame();
    first = newest();
  });

  it("joins while that one goes on, and takes over when its agent is there", () => {
    const seen: unknown[] = [];
    call.state.watch(() => seen.push(shown()));
    next();
    newest().dispatch({ type: "step", step: "channel", ms: 9 });
    expect([shown(), first.replacedAt, newest().started, newest().background]).toEqual([["s1", "live"], 0, 1, true]);
    newest().agentCame();
    expect(shown()).toEqual(["s2", "live"]);
    expect(call.state.get().steps.channel).toBe(9);
    expect(seen, "the page is never without a call").toEqual([["s2", "live"]]);
    expect(newest().tookOverAt, "the camera is free by then").toBeGreaterThan(first.replacedAt);
    first.over("restarted");
    expect([shown(), ended]).toEqual([["s2", "live"], []]);
    newest().over();
    expect([phase(), ended]).toEqual(["ended", ["s2"]]);
  });

  it("shows its own lines from then on", () => {
    next();
    const line = { key: "agent 0" } as Lines[number];
    newest().lines.set([line]);
    expect(call.lines.get()).toEqual([]);
    newest().agentCame();
    expect(call.lines.get()).toEqual([line]);
    newest().lines.set([line, line]);
    expect(call.lines.get()).toHaveLength(2);
  });

  it("is shown as starting if that one ends first", () => {
    next();
    first.over("agent_failed");
    expect([shown(), ended]).toEqual([["s2", "joining"], []]);
    newest().agentCame();
    expect(shown()).toEqual(["s2", "live"]);
  });

  it.each(["reason first", "end first", "no reason"])("that doesn't start leaves it running and says why: %s", (order) => {
    next();
    const events: CallEvent[] = [
      { type: "over", reason: "refused", detail: "", atMs: 2 },
      { type: "problem", problem: PROBLEM },
    ];
    const reported = order === "no reason" ? events.slice(0, 1) : order === "end first" ? events : [...events].reverse();
    for (const event of reported) newest().dispatch(event);
    vi.advanceTimersByTime(1000);
    expect([shown(), first.replacedAt, ended]).toEqual([["s1", "live"], 0, []]);
    const { notReplaced, problem } = call.state.get();
    expect([notReplaced, problem]).toEqual(order === "no reason" ? [NOT_REPLACED, NOT_REPLACED] : [PROBLEM, PROBLEM]);
    expect(resumed, "Python follows the running call again").toEqual([{ session_id: "s1", capability: "c" }]);
  });

  it("ends with it", () => {
    next();
    call.end();
    expect([first.finished, newest().finished]).toEqual([["ended"], ["cancelled"]]);
    newest().over("cancelled");
    first.over();
    expect([shown(), ended], "Python knows the other one").toEqual([["s1", "ended"], ["s2"]]);
  });

  it("waits if that one is already ending", () => {
    call.end();
    next();
    expect(newest()).toBe(first);
    first.over();
    expect([newest().ticket.session_id, newest().background]).toEqual(["s2", false]);
  });
});

describe("the end of a call", () => {
  it("is reported to Python once", () => {
    call.receive(data({ ticket: ticket("s1") }), triggers);
    newest().over("refused");
    newest().dispatch({ type: "fail", problem: PROBLEM, atMs: 3 });
    expect([ended, phase()]).toEqual([["s1"], "failed"]);
  });

  it("is reported later if no stage is mounted", () => {
    call.receive(data({ ticket: ticket("s1") }), triggers);
    call.unmounted(triggers);
    newest().over();
    expect(ended).toEqual([]);
    call.receive(data(), triggers);
    call.receive(data(), triggers);
    expect(ended).toEqual(["s1"]);
  });

  it("is requested once, however often End is clicked", () => {
    call.receive(data({ ticket: ticket("s1") }), triggers);
    newest().agentCame();
    call.end();
    call.end();
    expect([newest().finished, phase()]).toEqual([["ended"], "ending"]);
  });

  it("of a launch is a cancellation", () => {
    call.receive(data({ ticket: ticket("s1") }), triggers);
    call.cancel();
    expect(newest().finished).toEqual(["cancelled"]);
  });

  it("of an old call changes nothing in the next one", () => {
    call.receive(data({ ticket: ticket("s1") }), triggers);
    const old = newest();
    old.over();
    call.receive(data({ ticket: ticket("s2") }), triggers);
    old.dispatch({ type: "fail", problem: PROBLEM, atMs: 9 });
    expect([phase(), call.state.get().problem]).toEqual(["joining", null]);
  });
});

describe("typing (row 57)", () => {
  beforeEach(() => call.receive(data({ ticket: ticket("s1") }), triggers));

  it("works only while the agent is in the call", () => {
    expect(call.write("typed", "hello", "interrupt")).toBe(false);
    newest().agentCame();
    expect(call.write("typed", "  hello ", "interrupt")).toBe(true);
    expect(newest().typed).toEqual(["hello"]);
  });

  it("rejects blank text and reports what couldn't be sent", () => {
    newest().agentCame();
    expect(call.write("typed", "   ", "interrupt")).toBe(false);
    newest().takes = false;
    expect(call.write("typed", "hello", "interrupt")).toBe(false);
  });
});
