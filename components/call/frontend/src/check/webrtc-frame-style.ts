/** Styles streamlit-webrtc's frame like the studio. It has the same origin, so a style sheet can be added to it. */

const FRAME = 'iframe[src*="streamlit_webrtc"]';
const EVERY_MS = 300;
const ID = "greenroom-look";

/** Hides the package's video controls and its own device selection. */
const STYLE = `
  .MuiBox-root:has(> .MuiPaper-root > [data-testid="VideoLabelIcon"]), .MuiButton-text { display: none !important; }
  .MuiBox-root:has(> audio) { height: 0 !important; margin: 0 !important; padding: 0 !important; overflow: hidden !important; }
  .MuiButton-contained {
    min-height: 44px; padding: 0 20px !important; border-radius: 10px !important; box-shadow: none !important;
    font: 600 16px/1.4 "Source Sans", system-ui, sans-serif !important; letter-spacing: normal !important;
    text-transform: none !important;
  }
`;

/** Keeps the frame styled, also after Streamlit mounts it again. Returns a function that stops this. */
export function styleWebrtcFrame(page: Document): () => void {
  const look = () => {
    for (const frame of page.querySelectorAll<HTMLIFrameElement>(FRAME)) addStyle(frame.contentDocument, page);
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  return () => clearInterval(timer);
}

function addStyle(inside: Document | null, page: Document): void {
  if (inside?.head == null || inside.getElementById(ID) !== null) return;
  const style = inside.createElement("style");
  style.id = ID;
  style.textContent = `${fontFaces(page)}\n${STYLE}`;
  inside.head.append(style);
}

/** The page's `@font-face` rules, with absolute addresses. */
function fontFaces(page: Document): string {
  const faces: string[] = [];
  for (const sheet of page.styleSheets) {
    try {
      for (const rule of sheet.cssRules)
        if (rule.cssText.startsWith("@font-face")) faces.push(absolute(rule.cssText, sheet.href));
    } catch {
      // the rules of a sheet from another origin can't be read
    }
  }
  return faces.join("\n");
}

function absolute(rule: string, sheet: string | null): string {
  return rule.replace(/url\("([^"]+)"\)/g, (_, address: string) => `url("${new URL(address, sheet ?? document.baseURI).href}")`);
}
