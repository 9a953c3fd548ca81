"""Speech on this computer: recognition, voice activity and voices. The twin's agents and the simulated callers share it."""

import os

# Read when onnxruntime is imported, which every module here does after this one: without it, what models are loaded, and on what
# machine, is kept for its makers and sent to them.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
