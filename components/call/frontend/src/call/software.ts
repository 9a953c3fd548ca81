/** What a call needs besides this bundle: Agora's SDK and its toolkit, half a megabyte. The browser loads each file once. */

import type { IAgoraRTC } from "agora-rtc-sdk-ng";
import { within } from "./wait";

export type Sdk = IAgoraRTC;
export type Toolkit = typeof import("agora-agent-client-toolkit");

const LOAD_MS = 30_000;

function loaded<T>(software: Promise<T>): Promise<T> {
  return within(LOAD_MS, "Loading the call software", software);
}

/** Rejects with a network error, or {@link TimedOut} after 30 s; so do the functions below. */
export async function loadSdk(): Promise<Sdk> {
  const sdk = (await loaded(import("agora-rtc-sdk-ng"))).default;
  sdk.setLogLevel(3); // errors only: the SDK's info log names channel and user
  return sdk;
}

/** Agora's agent toolkit, which reads the data stream. */
export function loadToolkit(): Promise<Toolkit> {
  return loaded(import("agora-agent-client-toolkit"));
}

/** Everything that a call loads. */
export function callSoftware(): Promise<[Sdk, Toolkit]> {
  return Promise.all([loadSdk(), loadToolkit()]);
}

/** Load it in advance; a failure shows when the call needs it. */
export function warmCallSoftware(): void {
  void callSoftware().catch(() => undefined);
}
