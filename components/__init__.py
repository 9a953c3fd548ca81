"""Everything that draws and is used on more than one page."""
