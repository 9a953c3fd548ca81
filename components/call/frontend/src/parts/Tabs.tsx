/** A segmented control of tabs; arrow keys move between them. */

import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

interface Props<T extends string> {
  label: string;
  tabs: readonly (readonly [T, string])[];
  chosen: T;
  onChoose: (tab: T) => void;
  children: ComponentChildren;
}

const MOVES: Record<string, (at: number, count: number) => number> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_at, count) => count - 1,
};

export function Tabs<T extends string>({ label, tabs, chosen, onChoose, children }: Props<T>) {
  const row = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = MOVES[event.key]?.(
      tabs.findIndex(([id]) => id === chosen),
      tabs.length,
    );
    const tab = to === undefined ? undefined : tabs[to];
    if (tab === undefined) return;
    event.preventDefault();
    onChoose(tab[0]);
    row.current?.querySelector<HTMLElement>(`[data-tab="${tab[0]}"]`)?.focus();
  };
  return (
    <>
      <div ref={row} className="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map(([id, words]) => (
          <button
            key={id}
            type="button"
            role="tab"
            className="tab"
            id={`stage-tab-${id}`}
            data-tab={id}
            aria-selected={id === chosen}
            aria-controls="stage-panel"
            tabIndex={id === chosen ? 0 : -1}
            onClick={() => onChoose(id)}
          >
            {words}
          </button>
        ))}
      </div>
      <div className="panel" role="tabpanel" id="stage-panel" aria-labelledby={`stage-tab-${chosen}`}>
        {children}
      </div>
    </>
  );
}
