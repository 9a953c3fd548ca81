"""The frame of every page: layout, navigation, tab state and value formatting."""
