"""What calls leave in memory: vectors of their pieces.

onnxruntime reports its use to its maker, over the network, unless it is told not to before it is first imported; so
it is told here, which Python reads before any module of this folder.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
