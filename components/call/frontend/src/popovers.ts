/**
 * A popover that is opened again does not show the errors of an earlier try. Streamlit draws its content again and says nothing to
 * the server, which therefore still sends them; a rerun at each opening would take away clicks on the page.
 */

const BODY = "[data-testid=stPopoverBody]";
/** components/shell/field_errors.py gives each error a key of its own. */
const ERROR = /^st-key-field_error-\w+$/;

let watching = false;

/** Watch this page's popovers; once, however often the stage is drawn. */
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

/** The classes by which errors are told apart, also from the same words about the next try. */
function errorsIn(body: Element): string[] {
  return [...body.querySelectorAll("[class*=st-key-field_error-]")].flatMap((one) =>
    [...one.classList].filter((name) => ERROR.test(name)),
  );
}
