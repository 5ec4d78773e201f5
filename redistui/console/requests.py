"""What a screen asks of the app; messages bubble there."""

from textual.message import Message

from redistui.model.topology import PairKey


class OpenPair(Message):
    def __init__(self, key: PairKey) -> None:
        super().__init__()
        self.key = key


class FleetWanted(Message):
    """The screen is seen again, and its data may be old."""


class OperationBegun(Message):
    """It runs now, and is worth seeing instead of its plan."""

    def __init__(self, operation: str, key: PairKey) -> None:
        super().__init__()
        self.operation = operation
        self.key = key


class OpenOperation(Message):
    def __init__(self, operation: str, key: PairKey) -> None:
        super().__init__()
        self.operation = operation
        self.key = key
