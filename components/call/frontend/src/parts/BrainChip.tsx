/** Shows the offline brain; a click opens its setting. */

interface Props {
  text: string;
  /** Where to change it, or who can. */
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
