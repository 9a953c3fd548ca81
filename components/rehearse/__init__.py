"""The Rehearse page's parts: runs, grid, tests, comparison."""
