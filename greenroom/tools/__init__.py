"""Tools an agent can call: definitions, templates, mocks, schema checks and calls written as text. Pure: no network, no clock."""
