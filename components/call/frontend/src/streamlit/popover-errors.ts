/**
 * Hides the errors of an earlier attempt when a popover is opened again. Streamlit redraws its content without telling the server, which
 * therefore still sends the errors; a rerun at each opening would drop clicks on the page.
 */

const BODY = "[data-testid=stPopoverBody]";
/** Each error has its own key (components/shell/field_errors.py). */
const ERROR = /^st-key-field_error-\w+$/;

let watching = false;

/** Starts watching this page's popovers; later calls have no effect. */
export function hideOldErrors(): void {
  if (watching) return;
  watching = true;
  const hidden = new CSSStyleSheet();
  document.adoptedStyleSheets.push(hidden);
  new MutationObserver((changes) => {
    for (const body of opened(changes)) {
      for (const error of errorsIn(body)) hidden.insertRule(`.${error} { display: none !important; }`);
    }
  }).observe(document.body, { subtree: true, childList: true });
}

function opened(changes: readonly MutationRecord[]): Element[] {
  const added = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node instanceof Element);
  return added.flatMap((node) => (node.matches(BODY) ? [node] : [...node.querySelectorAll(BODY)]));
}

/** The class of each error, which a later error with the same text doesn't share. */
function errorsIn(body: Element): string[] {
  return [...body.querySelectorAll("[class*=st-key-field_error-]")].flatMap((one) =>
    [...one.classList].filter((name) => ERROR.test(name)),
  );
}
