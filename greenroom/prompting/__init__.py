"""Prompt craft: what the texts of an agent will be like when they are spoken. Pure; knows no catalogue, no page."""
