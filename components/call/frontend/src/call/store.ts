/** An observable value, for `useSyncExternalStore`: how the call, which knows no Preact, is drawn. */

export class Store<T> {
  private readonly watchers = new Set<() => void>();

  constructor(private value: T) {}

  readonly get = (): T => this.value;

  set(next: T): void {
    if (Object.is(next, this.value)) return;
    this.value = next;
    for (const watcher of [...this.watchers]) watcher();
  }

  /** Has the value of `other`, now and whenever that one changes. */
  follow(other: Store<T>): void {
    other.watch(() => this.set(other.get()));
    this.set(other.get());
  }

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };
}
