/** Replaces an optional dependency of the toolkit; turning that option on throws an error that names it. */
export default function absent(): never {
  throw new Error("This optional part of the toolkit isn't included in Greenroom.");
}
