/** One to five stars for a call. */

const STARS = [1, 2, 3, 4, 5] as const;

interface Props {
  label: string;
  /** The accessible name of the button for this number of stars. */
  name: (stars: number) => string;
  rating: number;
  rate: (stars: number) => void;
}

export function Stars({ label, name, rating, rate }: Props) {
  return (
    <fieldset className="stars" aria-label={label} data-testid="rating" data-rating={rating}>
      {STARS.map((stars) => (
        <button
          key={stars}
          type="button"
          className="star"
          aria-label={name(stars)}
          aria-pressed={stars <= rating}
          onClick={() => rate(stars)}
        >
          ★
        </button>
      ))}
    </fieldset>
  );
}
