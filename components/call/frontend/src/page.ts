/** What there is once in a page, whatever is drawn of it: the call, with its devices. Shared by the stage and the sound check. */

import { Call } from "./call/call";
import { expose } from "./debug";
import { whenDrawn } from "./streamlit/drawn";

/** Where the files beside the bundle are. */
export const ASSETS = import.meta.url;
export const call = new Call(ASSETS, whenDrawn);
expose(call);
