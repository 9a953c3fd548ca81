"""The parts of the Sessions pages: filter, table, timeline, reviews, comparison, export."""
