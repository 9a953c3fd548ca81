/** Repeats a click that Streamlit dropped because a script ran: it is clicked again once the page has settled. */

import { scriptState } from "./page";

const LOOK_MS = 150;
/** The page has settled after this many checks in a row without a running script. */
const STILL = 2;
const GIVES_UP_MS = 8000;
const MOST = 2;

/** What one kind of click needs to know of the last one. */
interface Clicked {
  /** What to click again; nothing if the click had its effect, or can't have it any more. */
  missed(): HTMLElement | undefined;
  /** Whether the page shows what came of the click, `waited` ms after it. */
  isOver?(runs: boolean, waited: number): boolean;
}

/** Watches one click at a time, from {@link watch} until it is over or {@link stop}. */
export class ClickAgain {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ended = () => {}) {}

  watch({ missed, isOver = () => true }: Clicked): void {
    this.stop();
    let since = performance.now();
    let still = 0;
    let again = 0;
    const look = () => {
      const runs = scriptState() !== "notRunning";
      const waited = performance.now() - since;
      still = isOver(runs, waited) && !runs ? still + 1 : 0;
      const link = still >= STILL && again < MOST && waited <= GIVES_UP_MS ? missed() : undefined;
      if (link === undefined && (still >= STILL || waited > GIVES_UP_MS)) {
        this.ended();
        return;
      }
      this.timer = setTimeout(look, LOOK_MS);
      if (link === undefined) return;
      since = performance.now();
      still = 0;
      again += 1;
      link.click();
    };
    this.timer = setTimeout(look, LOOK_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
