/** Says what answers offline; a press shows where it is chosen, or by whom. */

interface Props {
  text: string;
  /** Where it is chosen, or who may. */
  where: string | undefined;
  onChoose: () => void;
}

export function BrainChip({ text, where, onChoose }: Props) {
  const said = `${text}. ${where}`;
  return (
    <button
      type="button"
      className="chip chip-brain"
      data-testid="brain"
      title={said}
      aria-label={`Offline brain: ${said}`}
      onClick={onChoose}
    >
      <span className="chip-text">{text}</span>
    </button>
  );
}
