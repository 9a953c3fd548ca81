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
      ? { id: "secure", verdict: "good", what: "Secure page", cure: "" }
      : {
          id: "secure",
          verdict: "bad",
          what: "Not a secure page",
          cure: "Open Greenroom at http://localhost or over HTTPS. Browsers only allow the microphone on secure pages.",
        },
    webrtc
      ? { id: "calls", verdict: "good", what: "Browser supports calls", cure: "" }
      : {
          id: "calls",
          verdict: "bad",
          what: "Browser doesn't support calls",
          cure: "WebRTC is missing or turned off. Use a current Chrome, Edge, Firefox or Safari.",
        },
    ALLOWED[permission],
  ];
}

const ALLOWED: Record<Permission, Point> = {
  granted: { id: "permission", verdict: "good", what: "Microphone allowed", cure: "" },
  denied: {
    id: "permission",
    verdict: "bad",
    what: "Microphone blocked",
    cure: "Click the lock or microphone icon in the address bar, choose Allow, then reload the page.",
  },
  prompt: {
    id: "permission",
    verdict: "open",
    what: "Microphone not requested yet",
    cure: "Click Test microphone and choose Allow.",
  },
  unknown: {
    id: "permission",
    verdict: "open",
    what: "Microphone permission unknown",
    cure: "Click Test microphone. The browser asks if it needs to.",
  },
};

/** Reports what was decided about the microphone, now and whenever that changes, without asking. Returns how to stop. */
export function watchPermission(report: (permission: Permission) => void): () => void {
  let stopped = false;
  let status: PermissionStatus | null = null;
  const changed = () => report(status?.state ?? "unknown");
  const query = async (): Promise<void> => {
    // Older versions of Firefox don't know the name.
    status = await navigator.permissions.query({ name: "microphone" as PermissionName }).catch(() => null);
    if (stopped) return;
    status?.addEventListener("change", changed);
    changed();
  };
  void query().catch(changed);
  return () => {
    stopped = true;
    status?.removeEventListener("change", changed);
  };
}
