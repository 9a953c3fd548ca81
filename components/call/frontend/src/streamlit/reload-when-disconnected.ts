/** Reloads a page that Streamlit has disconnected permanently, and shows that it did. Unsent texts are restored by their own fields. */

import { readStored, store } from "../call/storage";
import { jsonObject } from "../json-object";

const FLAG = "greenroom/revived";
/** After this many reloads within the time below, the page is left alone. */
const MOST = 3;
const WITHIN_MS = 5 * 60_000;
const SHOWN_MS = 8000;
/** Gives the fields time to store their texts before the reload. */
const BEFORE_MS = 300;

let watching = false;

/** Starts watching this page; later calls have no effect. */
export function reloadWhenDisconnected(): void {
  if (watching) return;
  watching = true;
  announce();
  new MutationObserver(look).observe(document.documentElement, {
    subtree: true,
    attributes: true,
    attributeFilter: ["data-test-connection-state"],
  });
}

/** Streamlit's state after a message that it couldn't read; it reads no further ones. */
function look(): void {
  const state = document.querySelector("[data-test-connection-state]")?.getAttribute("data-test-connection-state");
  if (state !== "DISCONNECTED_FOREVER") return;
  const now = Date.now();
  const before = revivals().filter((at) => now - at < WITHIN_MS);
  if (before.length >= MOST) return;
  try {
    sessionStorage.setItem(FLAG, JSON.stringify({ times: [...before, now], announce: true }));
  } catch {
    return; // without storage, it could reload endlessly
  }
  setTimeout(() => location.reload(), BEFORE_MS);
}

function revivals(): number[] {
  const { times } = remembered();
  return Array.isArray(times) ? times.filter((at): at is number => typeof at === "number") : [];
}

function remembered(): Record<string, unknown> {
  return jsonObject(readStored(FLAG, "sessionStorage")) ?? {};
}

function announce(): void {
  const held = remembered();
  if (held["announce"] !== true) return;
  store(FLAG, JSON.stringify({ ...held, announce: false }), "sessionStorage");
  const said = document.createElement("div");
  said.setAttribute("role", "status");
  said.dataset["testid"] = "revived";
  said.textContent = "This page stopped responding and was reloaded. What you typed is still here.";
  said.style.cssText =
    "position:fixed;z-index:1000;left:50%;bottom:24px;transform:translateX(-50%);max-width:90vw;padding:12px 18px;border-radius:10px;" +
    "background:#1d2321;color:#fff;font:15px/1.4 system-ui,sans-serif;box-shadow:0 6px 24px rgb(0 0 0/30%)";
  document.body.append(said);
  setTimeout(() => said.remove(), SHOWN_MS);
}
