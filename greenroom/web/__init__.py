"""The routes of the stage: thin over services, with the checks that Streamlit does not make for routes of our own."""
