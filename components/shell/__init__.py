"""What surrounds every page: layout, navigation, the state of a tab, and how values are formatted."""
