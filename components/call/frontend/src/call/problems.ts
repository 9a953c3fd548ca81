/** What the browser and the SDK refuse, said to a person: what happened, and what to press. */

import type { Problem } from "../ticket";
import type { Microphone } from "./state";
import { TimedOut } from "./wait";

interface Coded {
  code?: unknown;
  name?: unknown;
  message?: unknown;
}

function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as Coded;
  return String(code ?? name ?? "");
}

/** Why there is no microphone, from the SDK's error or the browser's. */
export function microphoneFault(error: unknown): Exclude<Microphone, "off" | "asked" | "open"> {
  const text = `${codeOf(error)} ${String((error as Coded | null)?.message ?? "")}`;
  if (/PERMISSION_DENIED|NotAllowed|Permission denied/i.test(text)) return "denied";
  if (/NOT_READABLE|NotReadable|Could not start/i.test(text)) return "busy";
  return "missing";
}

const ON_WITHOUT = "The call goes on: you hear the agent and can type.";

export const MICROPHONE_PROBLEMS: Record<"denied" | "missing" | "busy", Problem> = {
  denied: {
    message: `The browser does not let this page use the microphone. ${ON_WITHOUT}`,
    advice: "Press the microphone or lock icon in the address bar, choose Allow, then launch again.",
  },
  missing: {
    message: `No microphone was found. ${ON_WITHOUT}`,
    advice: "Plug one in or switch it on in the system's sound settings; it is used as soon as it is there.",
  },
  busy: {
    message: `Another program holds the microphone. ${ON_WITHOUT}`,
    advice: "Close the other program (often a meeting), then launch again.",
  },
};

const JOIN_PROBLEMS: readonly [RegExp, Problem][] = [
  [
    /UID_CONFLICT/,
    {
      message: "Somebody with the same number is already in this channel.",
      advice: "Press Launch again: the next ticket has another number.",
    },
  ],
  [
    /TOKEN_EXPIRE|NO_AUTHORIZED|CAN_NOT_GET_GATEWAY_SERVER/,
    {
      message: "The channel did not accept the call ticket, or no server for the channel was found.",
      advice: "Press Launch for a fresh ticket. If it stays, check the App ID and certificate in Settings.",
    },
  ],
  [
    /INVALID_PARAMS/,
    {
      message: "The SDK does not accept the App ID or the channel of this ticket.",
      advice: "Check the App ID in Settings: it has 32 characters, 0-9 and a-f.",
    },
  ],
  [
    /NETWORK|TIMEOUT|WS_|UNEXPECTED_RESPONSE/,
    {
      message: "The media server could not be reached.",
      advice: "Check the network connection (a proxy or firewall may block it), then press Launch again.",
    },
  ],
];

/** Why the browser did not get into the channel. */
export function joinProblem(error: unknown): Problem {
  if (error instanceof TimedOut) {
    return {
      message: `${error.what} took too long.`,
      advice: "Check that Greenroom still runs and the network works, then press Launch again.",
    };
  }
  const code = codeOf(error);
  const found = JOIN_PROBLEMS.find(([pattern]) => pattern.test(code));
  if (found !== undefined) return found[1];
  const what = String((error as Coded | null)?.message ?? error).slice(0, 200);
  return {
    message: `The call could not be joined: ${what}`,
    advice: "Press Launch again. If it happens again, reload the page.",
  };
}

/** Why the channel was lost in the middle of a call, from the SDK's reason. */
export function lostProblem(reason: string): Problem {
  if (/BANNED/.test(reason)) {
    return {
      message: "You were removed from the channel: it was joined again with the same number.",
      advice: "Close the other tab, then press Launch.",
    };
  }
  if (/TOKEN/.test(reason)) {
    return { message: "The call ticket ran out and could not be renewed.", advice: "Press Launch for a new call." };
  }
  return { message: "The connection to the channel was lost.", advice: "Check the network connection, then press Launch again." };
}

export const NOT_ACCEPTED: Problem = {
  message: "The server does not accept this call ticket.",
  advice: "Reload the page to get a fresh one, then press Launch.",
};

export const NO_AGENT: Problem = {
  message: "The agent was started but did not come into the channel within 30 seconds.",
  advice: "Press Launch again. If it stays away, the event log of the session says what Agora answered.",
};

export const NO_ANSWER: Problem = {
  message: "The studio did not answer.",
  advice: "Check that Greenroom still runs, then press Launch again.",
};

const FULL = /\b(limit|busy|concurren\w*|quota|capacity|rate|too many)\b/i;
const KEY = /\b(key|unauthor\w*|forbidden|credential\w*)\b/i;

/** What a vendor behind the agent reports while the call goes on. The codes are HTTP's where the vendor speaks HTTP. */
export function vendorProblem(module: string, code: number, message: string): Problem {
  const full = code === 429 || FULL.test(message);
  if (module === "avatar" && full) {
    return {
      message: `The avatar's vendor has no place free just now (${code}: ${message}). The voice goes on without a face.`,
      advice: "Wait a minute and press Restart with changes, or choose another avatar, or none, in Avatar.",
    };
  }
  const said = `The agent's ${module} reports ${code}: ${message}`;
  if (full)
    return { message: said, advice: "The vendor's limit is reached. Wait a minute, or raise the limit of your account there." };
  if (code === 401 || code === 403 || KEY.test(message)) {
    return { message: said, advice: "Check the key of that vendor in Settings, Credentials, then press Restart with changes." };
  }
  return { message: said, advice: "The agent goes on as well as it can. If it stays silent, check the settings of that vendor." };
}

/** What this browser lacks for a call, or null. */
export function browserProblem(): Problem | null {
  if (!window.isSecureContext) {
    return {
      message: "Browsers give the microphone only to secure pages.",
      advice: "Open Greenroom at http://localhost or over https.",
    };
  }
  if (typeof RTCPeerConnection === "undefined" || navigator.mediaDevices === undefined) {
    return {
      message: "This browser has no WebRTC, which a call needs.",
      advice: "Use a current Chrome, Edge, Firefox or Safari.",
    };
  }
  return null;
}
