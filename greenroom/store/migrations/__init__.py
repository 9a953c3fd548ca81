"""The steps from an empty database to the present schema, applied by :meth:`Database.migrate`. They go forward."""
