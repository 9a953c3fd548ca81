/** Opens the device panel, and takes the focus back when it closes. */

import { useRef, useState } from "preact/hooks";
import { DevicePanel } from "./DevicePanel";
import { DevicesIcon } from "./icons.media";

export function DevicesButton({ hears }: { hears: boolean }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="button button-square"
        aria-label="Devices"
        title="Devices"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? "stage-devices" : undefined}
        data-testid="devices"
        onClick={() => setOpen(!open)}
      >
        <DevicesIcon />
      </button>
      {open && <DevicePanel id="stage-devices" hears={hears} onClose={close} />}
    </>
  );
}
