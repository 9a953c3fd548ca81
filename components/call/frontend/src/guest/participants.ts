/** The other participants of a channel. Pure. */

import type { AgentState } from "../call/state";

/** Another client in the channel. */
export interface Participant {
  readonly uid: string;
  readonly voice: boolean;
  readonly picture: MediaStreamTrack | null;
  readonly agentState: AgentState | null;
}
export type Participants = readonly Participant[];

/** The list with a changed participant, or a new one. The end of a track adds none: it may be reported after the participant left. */
export function changed(others: Participants, uid: string, change: Partial<Participant>): Participants {
  const at = others.findIndex((one) => one.uid === uid);
  const found = others[at];
  if (found === undefined && Object.values(change).some((value) => value === null || value === false)) return others;
  const fresh: Participant = { ...(found ?? { uid, voice: false, picture: null, agentState: null }), ...change };
  return found === undefined ? [...others, fresh] : others.with(at, fresh);
}

/** The list without a participant. */
export function without(others: Participants, uid: string): Participants {
  return others.filter((one) => one.uid !== uid);
}
