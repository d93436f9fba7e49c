/** Calls `make` at the first call and gives its value ever after: work that a constant would do at import time. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
