"""How long, and how much memory, does it take to count a network and show it?

Each tool counts each network in a process of its own, several times, the tools taking turns. A row
holds the best of each: the wall time of the whole process, its processor time (which a busy machine
disturbs less), the wall time once its imports are done, and its peak memory. Every total is checked.
Run it when the machine is idle:

    python tests/benchmarks/counting.py

It needs PyTorch and Keras (the extra `oracles`), and transformers and torchinfo besides. Nothing is
downloaded: transformers makes its networks from their sizes. Keras has no networks without weights,
so it counts what fits into memory, and once only. Linux or macOS.
"""

import os
import sys
import time
from dataclasses import dataclass

# A process that counts imports this file, so what only the table needs is imported in main().

TOTALS = {  # as published
    "BERT-base": 109_482_240,
    "GPT-2 XL": 1_557_611_200,
    "Llama-2-7B": 6_738_415_616,
    "GPT-3 175B": 174_604_259_328,
}
OURS = {
    "BERT-base": "bert_base",
    "GPT-2 XL": "gpt2_xl",
    "Llama-2-7B": "llama_2_7b",
    "GPT-3 175B": "gpt3_175b",
}
GPT_3 = {"n_positions": 2_048, "n_embd": 12_288, "n_layer": 96, "n_head": 96}
TRANSFORMERS = {  # configuration, model, and the sizes that are not its defaults
    "BERT-base": ("BertConfig", "BertModel", {}),
    "GPT-2 XL": ("GPT2Config", "GPT2LMHeadModel", {"n_embd": 1_600, "n_layer": 48, "n_head": 25}),
    "Llama-2-7B": ("LlamaConfig", "LlamaForCausalLM", {"tie_word_embeddings": False}),
    "GPT-3 175B": ("GPT2Config", "GPT2LMHeadModel", GPT_3),
}
KERAS = {  # rows of each table, model size, layers, heads, pooler; the others need 27 and 698 GB of weights
    "BERT-base": ((30_522, 512, 2), 768, 12, 12, True),
    "GPT-2 XL": ((50_257, 1_024), 1_600, 48, 25, False),
}


# -- in a process of its own: a tool stops once after its imports, and then yields what it counts ---


def by_paramcount(network):
    from paramcount.display import text

    from paramcount import models

    yield
    layer = getattr(models, OURS[network])()
    print(text(layer))
    yield layer.count


def by_pytorch(network):
    made = _on_the_meta_device(network)
    yield next(made)
    model = next(made)
    print(model)
    yield sum(p.numel() for p in model.parameters() if p.requires_grad)


def by_torchinfo(network):
    import torchinfo

    made = _on_the_meta_device(network)
    yield next(made)
    summary = torchinfo.summary(next(made), verbose=0)
    print(summary)
    yield summary.trainable_params


def _on_the_meta_device(network):
    import torch
    import transformers

    config, model, sizes = TRANSFORMERS[network]
    config, model = getattr(transformers, config), getattr(transformers, model)  # this imports them
    yield
    with torch.device("meta"):
        yield model(config(**sizes))


def by_keras(network):
    os.environ.setdefault("KERAS_BACKEND", "torch")
    from keras import Input, Model, layers

    yield
    tables, x, n, heads, pooler = KERAS[network]
    inputs = [Input((tables[1],), dtype="int32") for _ in tables]
    h = layers.Add()([layers.Embedding(v, x)(read) for v, read in zip(tables, inputs, strict=True)])
    for _ in range(n):
        h = layers.Add()([h, layers.MultiHeadAttention(heads, x // heads)(h, h)])
        h = layers.LayerNormalization()(h)
        h = layers.Add()([h, layers.Dense(x)(layers.Dense(4 * x)(h))])
        h = layers.LayerNormalization()(h)
    h = layers.LayerNormalization()(h)  # BERT has it behind its tables; where does not matter here
    model = Model(inputs, layers.Dense(x)(h) if pooler else h)
    model.summary()
    yield model.count_params()


def by_nobody(network):
    yield
    yield 0


TOOLS = {
    "paramcount": by_paramcount,
    "PyTorch, meta device": by_pytorch,
    "torchinfo": by_torchinfo,
    "Keras": by_keras,
    "Python alone": by_nobody,
}


def count_here(tool: str, network: str) -> None:
    """Count and show. The last line says how many, in what time, and with what memory."""
    steps = TOOLS[tool](network)
    next(steps)
    start = time.perf_counter()
    count = int(next(steps))
    inside = time.perf_counter() - start
    print(count, time.process_time(), inside, peak_memory())


def peak_memory() -> float:
    """The most memory that this process has used, in MiB."""
    if sys.platform == "linux":  # where ru_maxrss begins with what the parent used
        with open("/proc/self/status") as status:
            return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) / 2**10
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


# -- all of them --------------------------------------------------------------------------------


TIMES = ("whole", "cpu", "inside")


@dataclass
class Run:
    """One process. whole, cpu (of the processors) and inside in seconds, memory in MiB."""

    count: int
    whole: float
    cpu: float
    inside: float
    memory: float


def run(tool: str, network: str) -> Run:
    import subprocess

    # As after an install, Python keeps what it has compiled: only the first process compiles it.
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "PYTHONDONTWRITEBYTECODE": ""}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, __file__, tool, network], capture_output=True, text=True, env=environment
    )
    whole = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{tool} could not count {network}:\n{done.stderr}")
    count, *others = done.stdout.splitlines()[-1].split()
    return Run(int(count), whole, *map(float, others))


def main(repeats: int = 3) -> None:
    import platform

    tools = ["paramcount", "PyTorch, meta device", "torchinfo", "Keras"]
    pairs = [(tool, network) for network in TOTALS for tool in tools if tool != "Keras" or network in KERAS]
    pairs.append(("Python alone", "nothing"))
    runs: dict[tuple[str, str], list[Run]] = {pair: [] for pair in pairs}
    for turn in range(repeats):
        for pair in pairs:
            if turn == 0 or pair[0] != "Keras":
                runs[pair].append(run(*pair))

    def least(tool, network, what):
        return min(getattr(each, what) for each in runs[tool, network])

    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores.")
    print(f"Load at the end: {load}. Best of {repeats}.\n")
    print("| network | tool | whole process | of it processor | after imports | memory | parameters |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for tool, network in pairs:
        times = [f"{1000 * least(tool, network, what):,.0f} ms" for what in TIMES]
        memory = f"{least(tool, network, 'memory'):,.0f} MiB"
        (count,) = {each.count for each in runs[tool, network]}
        off = count - TOTALS.get(network, 0)
        wrong = f", wrong by {off:+,}" if off else ""
        print(f"| {network} | {tool} | {' | '.join(times)} | {memory} | {count:,}{wrong} |")
    print("\nPyTorch's meta device against paramcount:\n")
    for network in TOTALS:
        whole, inside, memory = (
            least("PyTorch, meta device", network, what) / least("paramcount", network, what)
            for what in ("whole", "inside", "memory")
        )
        print(
            f"- {network}: {whole:,.0f} × the time, {inside:,.0f} × after imports; {memory:.1f} × the memory"
        )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        count_here(*sys.argv[1:])
    else:
        main(*map(int, sys.argv[1:]))
