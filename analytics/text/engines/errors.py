"""What can go wrong with an engine as a whole."""


class EngineUnavailable(Exception):
    """The engine can judge nothing now: its model is broken, or its server is away. The message is for people."""
