"""Published networks: layer functions to read and to resize, and the sizes that they were published in.

A network is a layer function like any other, with the published sizes for defaults: `bert_base()`,
`bert_base(m=6)`, `explore(bert_base)`. `PUBLISHED` lists them all, with the counts that others print.

Each file is a group of them, and ends in its part of the list: `convolution`, `encoders`, `decoders`,
`mixtures`, `both` (an encoder and a decoder) and `others`. `parts` is what several networks of today are made
of, and `base` says what an entry of the list is. By its name in the list a network is called wherever it is
shown.
"""

from dataclasses import replace

from .base import *  # noqa: F403
from .both import *  # noqa: F403
from .both import BOTH
from .convolution import *  # noqa: F403
from .convolution import CONVOLUTIONS
from .decoders import *  # noqa: F403
from .decoders import DECODERS
from .encoders import *  # noqa: F403
from .encoders import ENCODERS
from .mixtures import *  # noqa: F403
from .mixtures import MIXTURES
from .others import *  # noqa: F403
from .others import OTHERS
from .parts import *  # noqa: F403

_GROUPS = {
    "Networks of convolutions": CONVOLUTIONS,
    "Encoders": ENCODERS,
    "Decoders": DECODERS,
    "Mixtures of experts": MIXTURES,
    "Encoder and decoder": BOTH,
    "Others": OTHERS,
}
PUBLISHED = {
    name: replace(network, group=group)
    for group, networks in _GROUPS.items()
    for name, network in networks.items()
}
for _name, _network in PUBLISHED.items():
    _network.function.title = _name  # a panel is headed by the name that is in the list
