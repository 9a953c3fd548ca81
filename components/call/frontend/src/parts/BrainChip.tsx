/** Says what answers offline; a press shows where it is chosen. */

interface Props {
  text: string;
  onChoose: () => void;
}

export function BrainChip({ text, onChoose }: Props) {
  return (
    <button
      type="button"
      className="chip chip-brain"
      data-testid="brain"
      title={`${text}. Choose in Settings`}
      aria-label={`Offline brain: ${text}. Choose in Settings`}
      onClick={onChoose}
    >
      <span className="chip-text">{text}</span>
    </button>
  );
}
