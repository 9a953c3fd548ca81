/** Icons for media and devices, like those in icons.tsx. */

import { Icon } from "./icons";

export const ToolIcon = () => (
  <Icon>
    <path d="M12.500 3.200a4 4 0 0 0-4.700 5.300L3.400 12.900a1.900 1.900 0 0 0 2.700 2.700l4.400-4.400a4 4 0 0 0 5.300-4.700l-2.300 2.300-2.300-.6-.6-2.300z" />
  </Icon>
);

export const CameraIcon = () => (
  <Icon>
    <rect x="2.500" y="5.500" width="10" height="9" rx="2" />
    <path d="m12.500 9 5-2.500v7l-5-2.500" />
  </Icon>
);

export const CameraOffIcon = () => (
  <Icon>
    <path d="M7.500 5.500h3a2 2 0 0 1 2 2V9l5-2.500v7l-2.200-1.100M12.500 12.500a2 2 0 0 1-2 2h-6a2 2 0 0 1-2-2v-5a2 2 0 0 1 1.500-1.900M3 3l14 14" />
  </Icon>
);

export const ShareIcon = () => (
  <Icon>
    <rect x="2.500" y="4" width="15" height="10" rx="1.800" />
    <path d="M10 11.500V7M8 8.800l2-2 2 2M7 17h6" />
  </Icon>
);

export const DevicesIcon = () => (
  <Icon>
    <path d="M3 6h7.500M15 6h2M3 14h2M9.500 14H17" />
    <circle cx="12.700" cy="6" r="2.200" />
    <circle cx="7.200" cy="14" r="2.200" />
  </Icon>
);
