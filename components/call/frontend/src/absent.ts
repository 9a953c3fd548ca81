/** Stands where an optional dependency of the toolkit would be; whoever turns that option on is told so. */
export default function absent(): never {
  throw new Error("This optional part of the toolkit is not shipped with Greenroom.");
}
