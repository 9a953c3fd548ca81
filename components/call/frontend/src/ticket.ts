/** Data from Python: the ticket of a call (greenroom/model/call.py), and the stage's data. */

/** Where calls run: on the offline twin or on Agora's cloud. */
export type Place = "twin" | "cloud";

/** A TURN relay with credentials that expire. */
export interface IceServer {
  urls: readonly string[];
  username: string;
  credential: string;
}

/** How browsers reach the twin's edge. */
export interface EdgeAddress {
  domain: string;
  port: number;
  /** The path at which the page's server forwards to the edge; "" = browsers connect to `port` on their own machine. */
  path?: string;
  relays?: readonly IceServer[];
}

/** What the page needs to join a call. */
export interface Ticket {
  session_id: string;
  capability: string;
  app_id: string;
  channel: string;
  token: string;
  uid: number;
  agent_uid: number;
  /** The avatar's uid; null = no avatar. */
  avatar_uid: number | null;
  agent_name: string;
  place: Place;
  /** The twin's edge; null = Agora's own network. */
  edge: EdgeAddress | null;
  /** How long the call has been running; 0 for a new one. */
  elapsed_ms: number;
  /** Maximum call length in seconds; 0 = not known. */
  cap_s?: number;
  cost?: CallCost | null;
  /** The agent uses a realtime model, which can't speak a given text. */
  realtime?: boolean;
  /** The agent is in the channel and waits for the presenter's Start before it greets. */
  held?: boolean;
  /** The caller's lines in a presenter's scripted call. */
  script?: readonly string[];
  /** The page's call that this one replaces once its agent is in the channel. */
  replaces?: string | null;
  /** Turns from before a reload. */
  said?: readonly RecordedTurn[];
  /** Tool calls from before a reload (greenroom/model/session.py). */
  tool_calls?: readonly unknown[];
}

/** A stored turn (greenroom/model/session.py). Times in ms since the start of the session. */
export interface RecordedTurn {
  turn_id: number;
  speaker: "user" | "agent";
  text: string;
  started_ms: number;
  ended_ms: number;
  source: string;
  interrupted: boolean;
  latency_ms: number | null;
}

/** An error, and what to do about it; `advice` may be "". */
export interface Problem {
  message: string;
  advice: string;
}

/** What the stage shows without a call. */
export interface StageData {
  agent_name: string;
  greeting_hint?: string | null;
  /** Whether the agent can join ahead of a presentation and greet on Start. */
  can_hold?: boolean;
  place: Place;
  /** The last characters of the App ID, e.g. "…1f3a"; cloud only. */
  project?: string | null;
  can_launch: boolean;
  /** Python is preparing a launch that was requested elsewhere on the page. */
  launching: boolean;
  problem?: Problem | null;
  /** The offline brain, e.g. "SmolLM2-135M (built in) · stand-in for gpt-4o-mini"; null = the agent's own model. */
  brain?: string | null;
  /** e.g. "Heart replaces Rachel offline" */
  voice_note?: string | null;
  /** Test results of the version that Launch starts, and whether a blocking test fails; null = no tests. */
  tests?: { text: string; failing: boolean } | null;
  /** The name of the selected agent during a call with another one; otherwise null. */
  switch_to?: string | null;
  /** There hasn't been a call here yet. */
  first_run?: boolean;
  /** Address of the avatar's still image; null = no avatar, or the vendor has the image. */
  portrait?: string | null;
  /** Whether this teammate may share agents with guests. */
  can_share?: boolean;
  /** Where the brain is chosen, e.g. "Choose in Settings", or who can choose it. */
  brain_where?: string;
  /** The tester's name from the Settings page, to be stored in this browser; null = not entered. */
  tester?: string | null;
}

/** An engine of a call, as texts: what it does, its name, where it runs and what it costs. */
export interface Engine {
  role: string;
  part: string;
  label: string;
  where: string;
  cost: string;
}

/** A call's engines and known cost, which the server derives from the call's settings. */
export interface CallCost {
  engines: readonly Engine[];
  /** 0 = Agora charges nothing. */
  per_minute: number;
  currency: string;
  note: string;
  /** A note about the offline brain, shown before the transcript. */
  brain_note?: string;
}

/** All data of the stage. */
export interface ComponentData {
  stage: StageData;
  ticket: Ticket | null;
  /** The last click on Launch that Python has handled. */
  answered?: number | null;
}
