"""placeholder"""


def read(path):
    raise ValueError("not yet")
