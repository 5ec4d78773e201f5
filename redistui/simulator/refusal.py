"""A cloud's no, with the vendor's own code."""


class CloudRefusal(Exception):
    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        """Without `status` the vendor's model tells it."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
