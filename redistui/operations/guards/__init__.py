"""Guards: pure checks of facts against limits. Each says what it saw, what it wants and what that means."""
