/** The stage's icons, 20 × 20, in the text's color. Hidden from screen readers: the control has a label. */

import type { ComponentChildren } from "preact";
import type { Look } from "../call/state";

export function Icon({ children, size = 20 }: { children: ComponentChildren; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const ThumbIcon = ({ down }: { down: boolean }) => (
  <Icon size={16}>
    <path
      transform={down ? "rotate(180 10 10)" : undefined}
      d="M3 9.5h3v7.5h-3zM6 9.5l3.6-6.5c1.5 0 2.2 1.1 1.9 2.5l-.5 2.7h4.3c1.2 0 2 1 1.7 2.2l-1.2 5c-.2.9-1 1.6-1.9 1.6H6"
    />
  </Icon>
);

export const MicrophoneIcon = () => (
  <Icon>
    <rect x="7.2" y="2.5" width="5.6" height="9.5" rx="2.8" />
    <path d="M4.5 9.5a5.5 5.5 0 0 0 11 0M10 15v2.5M7 17.5h6" />
  </Icon>
);

export const MicrophoneOffIcon = () => (
  <Icon>
    <path d="M7.2 7.2v2a2.8 2.8 0 0 0 4.6 2.1M12.8 8.4V5.3a2.8 2.8 0 0 0-5.4-1" />
    <path d="M4.5 9.5a5.5 5.5 0 0 0 8.9 4.3M15.5 9.5c0 .7-.1 1.3-.3 1.9M10 15v2.5M7 17.5h6M3 3l14 14" />
  </Icon>
);

export const EndIcon = () => (
  <Icon size={22}>
    <path
      d="M2.3 10.8C4.5 8.3 7.2 7.3 10 7.300s5.5 1 7.7 3.500c.5.5.5 1.2 0 1.700l-1.5 1.600c-.4.4-1 .5-1.500.2l-1.900-1.200c-.4-.2-.6-.6-.6-1v-1.600a8.2 8.2 0 0 0-4.4 0v1.600c0 .4-.2.8-.6 1l-1.9 1.200c-.5.3-1.100.2-1.500-.2l-1.500-1.600c-.5-.5-.5-1.2 0-1.700z"
      fill="currentColor"
      stroke="none"
    />
  </Icon>
);

export const SendIcon = () => (
  <Icon>
    <path d="M10 16V4.500M5 9.3 10 4.300l5 5" />
  </Icon>
);

export const PlayIcon = () => (
  <Icon>
    <path
      d="M6.5 4.300v11.400c0 .6.7 1 1.2.6l8-5.700a.8.8 0 0 0 0-1.200l-8-5.700c-.5-.4-1.2 0-1.2.6z"
      fill="currentColor"
      stroke="none"
    />
  </Icon>
);

export const FullScreenIcon = () => (
  <Icon>
    <path d="M7.500 3.500h-4v4M12.500 3.500h4v4M7.500 16.500h-4v-4M12.500 16.500h4v-4" />
  </Icon>
);

export const PictureInPictureIcon = () => (
  <Icon>
    <rect x="2.500" y="4" width="15" height="12" rx="1.800" />
    <rect x="9.500" y="9.500" width="6" height="4.500" rx="0.800" fill="currentColor" stroke="none" />
  </Icon>
);

export const FoldIcon = () => (
  <Icon>
    <path d="m6 8 4 4 4-4" />
  </Icon>
);

export const UnfoldIcon = () => (
  <Icon>
    <path d="m6 12 4-4 4 4" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon size={16}>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
);

export const DownIcon = () => (
  <Icon size={16}>
    <path d="M10 4v11M5.5 10.5 10 15l4.5-4.5" />
  </Icon>
);

export const CheckIcon = () => (
  <Icon size={16}>
    <path d="m4.5 10.5 3.7 3.7 7.3-8" />
  </Icon>
);

export const SoundIcon = () => (
  <Icon>
    <path d="M3.5 8v4h2.800L10 15.200V4.800L6.3 8zM13 7.300a3.8 3.8 0 0 1 0 5.400M15.2 5a7 7 0 0 1 0 10" />
  </Icon>
);

export const PlusIcon = () => (
  <Icon size={16}>
    <path d="M10 4.5v11M4.5 10h11" />
  </Icon>
);

export const CopyIcon = () => (
  <Icon size={16}>
    <rect x="7" y="7" width="9.500" height="9.500" rx="2" />
    <path d="M13 4.200A1.700 1.700 0 0 0 11.500 3.500H5.500a2 2 0 0 0-2 2v6c0 .6.3 1.200.7 1.500" />
  </Icon>
);

const SHAPES: Record<Look, ComponentChildren> = {
  idle: <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="1.8" />,
  joining: (
    <path
      className="turns"
      d="M8 2.500A5.5 5.5 0 1 1 2.5 8"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
    />
  ),
  listening: (
    <>
      <circle cx="8" cy="8" r="3.6" fill="currentColor" />
      <circle cx="8" cy="8" r="6.6" fill="none" stroke="currentColor" stroke-width="1.3" />
    </>
  ),
  thinking: (
    <>
      <circle cx="8" cy="4.2" r="2.6" fill="currentColor" />
      <circle cx="4.3" cy="10.7" r="2.6" fill="currentColor" />
      <circle cx="11.7" cy="10.7" r="2.6" fill="currentColor" />
    </>
  ),
  speaking: (
    <path
      d="M2.5 6.500v3M6.2 3.500v9M9.9 5v6M13.5 6.500v3"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
    />
  ),
  interrupted: (
    <path
      d="M6.6 13.200A5.5 5.5 0 0 1 4.4 3.700L9 12.500a5.5 5.5 0 0 1-2.4.7zM9.4 2.800a5.5 5.5 0 0 1 2.2 9.500L7 3.500a5.5 5.5 0 0 1 2.4-.7z"
      fill="currentColor"
    />
  ),
  error: (
    <path
      d="M8 2 14.5 13.300h-13zM8 6.200v3.200M8 11.300v.2"
      fill="none"
      stroke="currentColor"
      stroke-width="1.7"
      stroke-linejoin="round"
      stroke-linecap="round"
    />
  ),
  ended: <rect x="3" y="3" width="10" height="10" rx="2.5" fill="currentColor" />,
};

/** The orb's shape of a state, as a small icon. */
export function StateShape({ look, size = 14 }: { look: Look; size?: number }) {
  return (
    <svg className={`shape shape-${look}`} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[look]}
    </svg>
  );
}
