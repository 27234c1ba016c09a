"""Questions of the chapter."""

QUESTIONS: list = []
