/** Copy and download buttons. */

import { useEffect, useState } from "preact/hooks";
import { copy, download } from "../call/save";
import { CheckIcon, CopyIcon } from "./icons";

/** A file to download; `type` is a MIME type. */
export interface SavedFile {
  label: string;
  name: string;
  type: string;
  text: () => string;
}

export function SaveButtons({ what, text, files }: { what: string; text: () => string; files: readonly SavedFile[] }) {
  const [done, setDone] = useState<"" | "copied" | "failed">("");
  useEffect(() => {
    if (done === "") return;
    const timer = setTimeout(() => setDone(""), 2500);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <div className="save">
      <button
        type="button"
        className="save-button"
        onClick={() => void copy(text()).then((ok) => setDone(ok ? "copied" : "failed"))}
      >
        {done === "copied" ? <CheckIcon /> : <CopyIcon />}
        <span aria-live="polite">
          {done === "copied" ? "Copied" : done === "failed" ? "Copy blocked. Download instead" : `Copy ${what}`}
        </span>
      </button>
      {files.map((file) => (
        <button
          key={file.label}
          type="button"
          className="save-button"
          onClick={() => download(file.name, file.type, file.text())}
        >
          {file.label}
        </button>
      ))}
    </div>
  );
}
