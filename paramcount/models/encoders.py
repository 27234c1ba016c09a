"""Encoders: each word, or each patch of a picture, looks at all the others."""

from ..core import Tensor
from ..layers import conv, dense, embedding, encoder, layer_norm, textbook
from .base import Published, check_side, sized


@textbook(example={"v": 30_522, "p": 512, "x": 768, "m": 12, "ff": 3_072, "heads": 12})
def bert(v, p, x, m, ff, heads, pooler=True):
    """BERT: three tables, an encoder, and the pooler, a dense layer over the first word.

    v: vocabulary; p: positions; x: model size; m: layers; ff: inner size; heads; pooler: False
    leaves it out. Source: Devlin et al. 2018, arXiv:1810.04805 (110M and 340M); the integers are
    those of KerasHub's presets and of transformers' BertModel.
    """
    return {
        "words": embedding(v, x),
        "positions": embedding(p, x),
        "segments": embedding(2, x),
        "norm": layer_norm(x),
        "layers": encoder(x, m, ff, heads),
        **({"pooler": dense(x, x)} if pooler else {}),
    }


bert_base = sized(bert)
bert_large = sized(bert_base, x=1_024, m=24, ff=4_096, heads=16)
bert_multilingual = sized(bert_base, v=119_547)


@textbook(example={"v": 50_265, "p": 514, "x": 768, "m": 12, "ff": 3_072, "heads": 12})
def roberta(v, p, x, m, ff, heads, pooler=True):
    """RoBERTa: a BERT with other words, which reads no pairs of sentences: one segment is left.

    v: vocabulary; p: positions, the first two of which nothing uses; the rest as in `bert`.
    Source: Liu et al. 2019, arXiv:1907.11692 (355M), and the README of fairseq (125M and 355M); the
    integers are those of transformers' RobertaModel.
    """
    return bert(v, p, x, m, ff, heads, pooler).parts | {"segments": embedding(1, x)}


roberta_base = sized(roberta)
roberta_large = sized(roberta_base, x=1_024, m=24, ff=4_096, heads=16)


@textbook(
    example={
        "channels": 3,
        "side": 224,
        "patch": 16,
        "x": 768,
        "m": 12,
        "ff": 3_072,
        "heads": 12,
        "classes": 1_000,
    },
)
def vit(channels, side, patch, x, m, ff, heads, classes):
    """A vision Transformer (ViT): the picture in patches, each read as a word by an encoder.

    channels: of the picture; side: its height and width; patch: those of a patch, one filter;
    x: model size; m: layers; ff: inner size; heads; classes: outputs.
    Source: Dosovitskiy et al. 2020, arXiv:2010.11929, table 1 (86M); 86,567,656 is in torchvision's
    table of weights.
    """
    check_side(side, patch)
    return {
        "patches": conv(channels, patch, x),
        "class": Tensor((x,), "weight"),
        "positions": embedding((side // patch) ** 2 + 1, x),  # one for each patch, and one for the class
        "layers": encoder(x, m, ff, heads),
        "norm": layer_norm(x),
        "output": dense(x, classes),
    }


vit_b16 = sized(vit)

_BERT = "arXiv:1810.04805; KerasHub"
_ROBERTA = "arXiv:1907.11692 and fairseq's README; transformers"

ENCODERS = {
    "BERT-base": Published(bert_base, 2018, 109_482_240, "110M", _BERT),
    "BERT-large": Published(bert_large, 2018, 335_141_888, "340M", _BERT),
    "mBERT": Published(
        bert_multilingual, 2018, 177_853_440, "110M", "multilingual.md of google-research/bert; transformers"
    ),
    "RoBERTa-base": Published(roberta_base, 2019, 124_645_632, "125M", _ROBERTA),
    "RoBERTa-large": Published(roberta_large, 2019, 355_359_744, "355M", _ROBERTA),
    "ViT-B/16": Published(vit_b16, 2020, 86_567_656, "86M", "arXiv:2010.11929, table 1; torchvision"),
}
