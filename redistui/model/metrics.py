"""Every metric that a rule may name, by its documented name."""

from collections.abc import Mapping

from .facts import NodeFacts, PairFacts
from .metric import Metric
from .node_metrics import NODE_METRICS
from .pair_metrics import LINK_METRICS, PAIR_METRICS

OF_NODES: Mapping[str, Metric[NodeFacts]] = {metric.name: metric for metric in (*NODE_METRICS, *LINK_METRICS)}
OF_PAIRS: Mapping[str, Metric[PairFacts]] = {metric.name: metric for metric in PAIR_METRICS}
METRICS: Mapping[str, Metric[NodeFacts] | Metric[PairFacts]] = {**OF_NODES, **OF_PAIRS}
