/** The call of this page load, with its devices. Shared by the stage, the sound check and the pages of links. */

import { Call } from "./call/call";
import { expose } from "./debug";
import { whenDrawn } from "./streamlit/drawn";

/** Where the files beside the bundle are. */
export const ASSETS = import.meta.url;
export const call = new Call(ASSETS, whenDrawn);
expose(call);
