"""The offline twin of Agora: REST API, RTC edge and agent runtime in one process (``python -m greenroom.twin``)."""
