/** Checks whether this browser supports calls, each with a fix. */

/** `open`: not checked yet. */
export type Verdict = "good" | "bad" | "open";

/** The result of one check. */
export interface BrowserCheck {
  readonly id: "secure" | "calls" | "permission";
  readonly verdict: Verdict;
  readonly what: string;
  /** What to do; "" if there is nothing to do. */
  readonly fix: string;
}

/** The microphone permission; unknown in browsers that don't tell. */
export type Permission = "granted" | "denied" | "prompt" | "unknown";

/** The checks in order of display. */
export function browserChecks(secure: boolean, webrtc: boolean, permission: Permission): readonly BrowserCheck[] {
  return [
    secure
      ? { id: "secure", verdict: "good", what: "Secure page", fix: "" }
      : {
          id: "secure",
          verdict: "bad",
          what: "Not a secure page",
          fix: "Open Greenroom at http://localhost or over HTTPS. Browsers only allow the microphone on secure pages.",
        },
    webrtc
      ? { id: "calls", verdict: "good", what: "Browser supports calls", fix: "" }
      : {
          id: "calls",
          verdict: "bad",
          what: "Browser doesn't support calls",
          fix: "WebRTC is missing or turned off. Use a current Chrome, Edge, Firefox or Safari.",
        },
    ALLOWED[permission],
  ];
}

const ALLOWED: Record<Permission, BrowserCheck> = {
  granted: { id: "permission", verdict: "good", what: "Microphone allowed", fix: "" },
  denied: {
    id: "permission",
    verdict: "bad",
    what: "Microphone blocked",
    fix: "Click the lock or microphone icon in the address bar, choose Allow, then reload the page.",
  },
  prompt: {
    id: "permission",
    verdict: "open",
    what: "Microphone not requested yet",
    fix: "Click Test microphone and choose Allow.",
  },
  unknown: {
    id: "permission",
    verdict: "open",
    what: "Microphone permission unknown",
    fix: "Click Test microphone. The browser asks if it needs to.",
  },
};

/** Reports the microphone permission, now and whenever it changes, without a prompt. Returns a function that stops this. */
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
