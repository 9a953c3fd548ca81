/** What Python passes into the component: the ticket of a call (greenroom/model/call.py) and what stands around it. */

export type Place = "twin" | "cloud";

/** A TURN relay with credentials that expire. */
export interface IceServer {
  urls: readonly string[];
  username: string;
  credential: string;
}

export interface EdgeAddress {
  domain: string;
  port: number;
  /** Where the page's own server forwards to the edge; "" = browsers ask `port` of their own machine. */
  path?: string;
  relays?: readonly IceServer[];
}

export interface Ticket {
  session_id: string;
  capability: string;
  app_id: string;
  channel: string;
  token: string;
  uid: number;
  agent_uid: number;
  /** The uid of the agent's face; null = a voice alone. */
  avatar_uid: number | null;
  agent_name: string;
  place: Place;
  /** Where the twin's edge is; null = Agora's own network. */
  edge: EdgeAddress | null;
  /** How long the call has been running: 0 for a new one. */
  elapsed_ms: number;
  /** After this many seconds the call is ended; 0 = not known. */
  cap_s?: number;
  cost?: CallCost | null;
  /** A realtime model speaks for the agent: it can't be made to say a given text. */
  realtime?: boolean;
  /** The agent is in the channel and waits for the presenter's Start before it greets. */
  held?: boolean;
  /** What this page says to the agent, line by line, in a presenter's scripted call. */
  script?: readonly string[];
  /** What was said before the page was loaded again. */
  said?: readonly RecordedTurn[];
  /** The tools that the agent had called by then (greenroom/model/session.py). */
  tool_calls?: readonly unknown[];
}

/** A turn of the record (greenroom/model/session.py). */
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

export interface Problem {
  message: string;
  advice: string;
}

export interface StageData {
  agent_name: string;
  greeting_hint?: string | null;
  /** The agent can be connected ahead of a presentation and greet on Start. */
  can_hold?: boolean;
  place: Place;
  /** The last characters of the App ID, e.g. "…1f3a"; cloud only. */
  project?: string | null;
  can_launch: boolean;
  /** Python is preparing a launch that was asked for elsewhere on the page. */
  launching: boolean;
  problem?: Problem | null;
  /** What answers offline, e.g. "SmolLM2-135M (built in) · stand-in for gpt-4o-mini"; null = the agent's own model. */
  brain?: string | null;
  /** e.g. "Heart replaces Rachel offline" */
  voice_note?: string | null;
  /** What the tests say of the version that Launch starts, and whether a blocking one fails; null = no tests. */
  tests?: { text: string; failing: boolean } | null;
  /** The name of the agent that is selected now, while a call with another one runs; else null. */
  switch_to?: string | null;
  /** Nobody has talked with an agent here yet. */
  first_run?: boolean;
  /** The face that waits for the launch, as the address of an image; null = a voice alone, or the vendor has the picture. */
  portrait?: string | null;
  /** Whether this teammate may share agents with guests. */
  can_share?: boolean;
  /** "Choose in Settings", or who may. */
  brain_where?: string;
  /** The tester's name as it was typed on the Settings page, for this browser to remember; null = not typed. */
  tester?: string | null;
}

/** One engine of a call: what it does, which it is, where it runs and what it costs, in words. */
export interface Engine {
  role: string;
  part: string;
  label: string;
  where: string;
  cost: string;
}

/** What a call costs as far as it is known; the server derives it from the settings of this very call. */
export interface CallCost {
  engines: readonly Engine[];
  /** 0 = Agora charges nothing. */
  per_minute: number;
  currency: string;
  note: string;
  /** What to expect of a small offline brain: the first line of the transcript. */
  brain_note?: string;
}

export interface ComponentData {
  stage: StageData;
  ticket: Ticket | null;
  /** The last press of Launch that Python has dealt with. */
  answered?: number | null;
}
