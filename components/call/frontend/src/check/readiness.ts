/** Whether this browser can do a call at all, point by point, each with its cure. */

export type Verdict = "good" | "bad" | "open";

export interface Point {
  readonly id: "secure" | "calls" | "permission";
  readonly verdict: Verdict;
  readonly what: string;
  /** What to do about it; "" when there is nothing to do. */
  readonly cure: string;
}

export type Permission = "granted" | "denied" | "prompt" | "unknown";

export function points(secure: boolean, webrtc: boolean, permission: Permission): readonly Point[] {
  return [
    secure
      ? { id: "secure", verdict: "good", what: "The page is secure", cure: "" }
      : {
          id: "secure",
          verdict: "bad",
          what: "The page is not secure",
          cure: "Open Greenroom at http://localhost or over https: browsers give the microphone only to such pages.",
        },
    webrtc
      ? { id: "calls", verdict: "good", what: "The browser can do calls", cure: "" }
      : {
          id: "calls",
          verdict: "bad",
          what: "The browser cannot do calls",
          cure: "It has no WebRTC, or it is switched off. Use a current Chrome, Edge, Firefox or Safari.",
        },
    ALLOWED[permission],
  ];
}

const ALLOWED: Record<Permission, Point> = {
  granted: { id: "permission", verdict: "good", what: "The microphone is allowed", cure: "" },
  denied: {
    id: "permission",
    verdict: "bad",
    what: "The microphone is not allowed",
    cure: "Press the lock or microphone icon in the address bar, choose Allow, then reload the page.",
  },
  prompt: {
    id: "permission",
    verdict: "open",
    what: "The browser has not been asked for the microphone yet",
    cure: "Press Try my microphone and choose Allow.",
  },
  unknown: {
    id: "permission",
    verdict: "open",
    what: "This browser does not tell whether the microphone is allowed",
    cure: "Press Try my microphone; it asks if it must.",
  },
};

/** What was decided about the microphone earlier, without asking anybody. */
export async function permissionNow(): Promise<PermissionStatus | null> {
  try {
    return await navigator.permissions.query({ name: "microphone" as PermissionName });
  } catch {
    return null; // older Firefox does not know the name
  }
}
