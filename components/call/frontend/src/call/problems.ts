/** What the browser, the SDK and the agent's vendors report, as a message and what to do about it. */

import type { Problem } from "../ticket";
import type { DeviceFault } from "./state";
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

/** Why a microphone or camera didn't open, from the SDK's error or the browser's. */
export function deviceFault(error: unknown): DeviceFault {
  const { code, name, message } = (error ?? {}) as Coded;
  const text = `${String(code)} ${String(name)} ${String(message)}`;
  if (/PERMISSION_DENIED|NotAllowed|Permission denied/i.test(text)) return "denied";
  if (/NOT_READABLE|NotReadable|Could not start/i.test(text)) return "busy";
  return "missing";
}

/** Problems with the microphone; the call continues. */
export const MICROPHONE_PROBLEMS: Record<DeviceFault, Problem> = {
  denied: {
    message: "Microphone access is blocked. You can still listen and type.",
    advice: "Click the lock or microphone icon in the address bar, choose Allow, then launch again.",
  },
  missing: {
    message: "No microphone found. You can still listen and type.",
    advice: "Connect one, or turn it on in your system's sound settings. The call picks it up automatically.",
  },
  busy: {
    message: "Another app is using your microphone. You can still listen and type.",
    advice: "Close that app (often a video meeting), then launch again.",
  },
};

/** The problem for this fault here: in a frame, only the site around it can allow the microphone. */
export function microphoneProblem(fault: DeviceFault): Problem {
  const problem = MICROPHONE_PROBLEMS[fault];
  return fault === "denied" && isForbiddenByFrame()
    ? {
        ...problem,
        advice:
          "The site that shows this page doesn't allow the microphone. Open the page in a new tab, or tell the site's owner.",
      }
    : problem;
}

/** Whether the site that shows this page in a frame keeps it from the microphone, as far as the browser says so. */
function isForbiddenByFrame(): boolean {
  if (!isFramed()) return false;
  const { featurePolicy } = document as { featurePolicy?: { allowsFeature(feature: string): boolean } };
  return featurePolicy?.allowsFeature("microphone") === false;
}

/** Whether another site shows this page. */
export function isFramed(): boolean {
  return window.self !== window.top;
}

const JOIN_PROBLEMS: readonly [RegExp, Problem][] = [
  [/UID_CONFLICT/, { message: "This user ID is already in the channel.", advice: "Launch again to get a new one." }],
  [
    /TOKEN_EXPIRE|NO_AUTHORIZED|CAN_NOT_GET_GATEWAY_SERVER/,
    {
      message: "Agora rejected the token, or has no server for this channel.",
      advice: "Launch again for a new token. If it keeps failing, ask an admin to check AGORA_APP_ID and AGORA_APP_CERTIFICATE.",
    },
  ],
  [
    /INVALID_PARAMS/,
    {
      message: "Agora rejected the App ID or the channel name.",
      advice: "Ask an admin to check AGORA_APP_ID. It has 32 characters, 0-9 and a-f.",
    },
  ],
  [
    /NETWORK|TIMEOUT|WS_|UNEXPECTED_RESPONSE/,
    {
      message: "Couldn't reach the media server.",
      advice: "Check your network. A firewall, VPN or proxy may be blocking it. Then launch again.",
    },
  ],
];

/** Why joining the channel failed. */
export function joinProblem(error: unknown): Problem {
  if (error instanceof TimedOut) {
    return {
      message: `${error.what} took too long.`,
      advice: "Check your network and that Greenroom is running, then launch again.",
    };
  }
  const code = codeOf(error);
  const found = JOIN_PROBLEMS.find(([pattern]) => pattern.test(code));
  if (found !== undefined) return found[1];
  const what = String((error as Coded | null)?.message ?? error).slice(0, 200);
  return { message: `Couldn't join the call: ${what}`, advice: "Launch again. If it keeps happening, reload the page." };
}

/** Why the channel was lost during a call, from the SDK's reason. */
export function lostProblem(reason: string): Problem {
  if (/BANNED/.test(reason)) {
    return {
      message: "You left the channel because the same user ID joined it again.",
      advice: "Close the other tab, then launch again.",
    };
  }
  if (/TOKEN/.test(reason)) {
    return { message: "The call's token expired and couldn't be renewed.", advice: "Launch again to start a new call." };
  }
  return { message: "The connection to the channel was lost.", advice: "Check your network, then launch again." };
}

/** The server rejected the ticket of this page. */
export const NOT_ACCEPTED: Problem = {
  message: "Greenroom rejected this page's call ticket.",
  advice: "Reload the page, then launch again.",
};

/** The agent started but didn't join. */
export const NO_AGENT: Problem = {
  message: "The agent started but didn't join the channel within 30 seconds.",
  advice: "Launch again. If it keeps happening, see the session's event log.",
};

/** Python didn't answer a click on Launch. */
export const NO_ANSWER: Problem = {
  message: "Greenroom didn't respond.",
  advice: "Check that it's running, then launch again.",
};

/** The call that was to replace the running one ended without a reason. */
export const NOT_REPLACED: Problem = {
  message: "Couldn't replace the call.",
  advice: "This call continues. Try again.",
};

const FULL = /\b(limit|busy|concurren\w*|quota|capacity|rate|too many)\b/i;
const KEY = /\b(key|unauthor\w*|forbidden|credential\w*)\b/i;

/** Agora's module names, by their labels in the settings. */
const MODULES: Record<string, string> = {
  asr: "speech recognition",
  llm: "language model",
  mllm: "realtime model",
  tts: "voice",
  avatar: "avatar",
  context: "conversation history",
};

/** "The voice returned an error (429): too many requests". */
export function vendorMessage(module: string, code: number, message: string, whose = "The"): string {
  const named = MODULES[module] ?? (module === "unknown" ? "agent" : module);
  return `${whose} ${named} returned an error${code > 0 ? ` (${code})` : ""}: ${message || "no details given"}`;
}

/** A vendor's error while the call continues. `code` is an HTTP status if the vendor uses HTTP. */
export function vendorProblem(module: string, code: number, message: string): Problem {
  const full = code === 429 || FULL.test(message);
  if (module === "avatar" && full) {
    return {
      message: `The avatar vendor is at capacity (${code}: ${message}). The call continues without a face.`,
      advice: "Wait a minute and choose Restart with changes, or pick another avatar.",
    };
  }
  const said = vendorMessage(module, code, message);
  if (full) return { message: said, advice: "Wait a minute, or raise your limit with this vendor." };
  if (code === 401 || code === 403 || KEY.test(message)) {
    return { message: said, advice: "Check this vendor's key in Settings (admins), then choose Restart with changes." };
  }
  return { message: said, advice: "The call continues. If the agent stays silent, check this vendor's settings." };
}

/** What this browser lacks for a call, or null. */
export function browserProblem(): Problem | null {
  if (!window.isSecureContext) {
    return {
      message: "Browsers only allow the microphone on secure pages.",
      advice: "Open Greenroom at http://localhost or over HTTPS.",
    };
  }
  if (typeof RTCPeerConnection === "undefined" || navigator.mediaDevices === undefined) {
    return {
      message: "This browser doesn't support WebRTC, which calls need.",
      advice: "Use a current version of Chrome, Edge, Firefox or Safari.",
    };
  }
  return null;
}
