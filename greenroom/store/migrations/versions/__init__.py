"""One file a step, numbered. A released step is never changed: it must not import the schema, which goes on changing."""
