/** Gives the focus back to the control that opened a dialog when it closes; Streamlit leaves it on the page. */

const DIALOG = "[data-testid=stDialog]";

let watching = false;

/** Starts watching this page's dialogs; later calls have no effect. */
export function returnFocus(): void {
  if (watching) return;
  watching = true;
  let opener: HTMLElement | undefined;
  document.addEventListener("focusin", (event) => {
    const [focused] = event.composedPath();
    if (focused instanceof HTMLElement && focused.closest(DIALOG) === null) opener = focused;
  });
  new MutationObserver((changes) => {
    const closed = changes.some(({ removedNodes }) => [...removedNodes].some(hasDialog));
    if (closed) requestAnimationFrame(() => document.activeElement === document.body && opener?.focus());
  }).observe(document.body, { subtree: true, childList: true });
}

function hasDialog(node: Node): boolean {
  return node instanceof Element && (node.matches(DIALOG) || node.querySelector(DIALOG) !== null);
}
