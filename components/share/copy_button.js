/** A button that copies a link, and shows whether that worked. */

const STYLE = `
  button { font: inherit; font-size: 0.875rem; line-height: 1.4; padding: 0.35rem 0.75rem; cursor: pointer;
    color: var(--st-text-color); background: transparent;
    border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 0.5rem); }
  button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
  button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
`;
const SAID_MS = 2500;

export default function ({ data, parentElement }) {
  let button = parentElement.querySelector("button");
  if (button === null) {
    const style = document.createElement("style");
    style.textContent = STYLE;
    button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-live", "polite");
    parentElement.append(style, button);
  }
  button.textContent = data.label;
  button.onclick = async () => {
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(data.address);
    } catch {
      said = "Couldn't copy. Select the address instead.";
    }
    button.textContent = said;
    setTimeout(() => {
      button.textContent = data.label;
    }, SAID_MS);
  };
}
