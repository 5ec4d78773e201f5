"""Simulated clouds to practise on and to test against, each pair on two real servers. Knows nothing of providers.

What a cloud's front end takes and answers is written from the vendor's own model and documentation.
"""

from .clock import SimulatorClock
from .faults import Fault, FaultKind
from .server_process import TlsFiles
from .simulator import ElastiCacheSimulator

__all__ = ["ElastiCacheSimulator", "Fault", "FaultKind", "SimulatorClock", "TlsFiles"]
