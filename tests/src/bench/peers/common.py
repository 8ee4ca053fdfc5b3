"""What every peer's script shares: arguments, the model, the prompt pairs, and the report.

    python SCRIPT.py --model FOLDER --pairs FILE.jsonl --out FILE.json --threads N [options of the script]

A script loads its model, computes once under a clock, and reports its scores under Patchbay's names and in its
convention: effect = metric(patched) - metric(clean), mean over the pairs.
"""
import argparse
import json
import os
import resource
import sys
import time
import warnings
from importlib.metadata import version

parser = argparse.ArgumentParser()
for name in ("model", "pairs", "out"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--first", type=int)
parser.add_argument("--method")
parser.add_argument("--steps", type=int)
parser.add_argument("--tau", type=float)
args = parser.parse_args()

os.environ.update(
    OMP_NUM_THREADS=str(args.threads), MKL_NUM_THREADS=str(args.threads), TOKENIZERS_PARALLELISM="false",
    HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_DATASETS_OFFLINE="1", WANDB_MODE="disabled", TQDM_DISABLE="1",
)
warnings.filterwarnings("ignore")

import torch  # noqa: E402  (the threads are set before it starts)

torch.set_num_threads(args.threads)

with open(args.model + "/config.json") as file:
    config = json.load(file)
with open(args.pairs) as file:
    pairs = [json.loads(line) for line in file][: args.first]
clean = torch.tensor([pair["clean_ids"] for pair in pairs])
corrupted = torch.tensor([pair["corrupted_ids"] for pair in pairs])
answers = torch.tensor([pair["answer_id"] for pair in pairs])
wrongs = torch.tensor([pair["wrong_id"] for pair in pairs])
BATCH, TOKENS = clean.shape


def logit_difference(logits):
    """Mean over the pairs, at the last position. logits [batch, seq, vocabulary]"""
    last, rows = logits[:, -1], torch.arange(len(logits))
    return (last[rows, answers] - last[rows, wrongs]).mean()


def load_hf():
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(args.model, attn_implementation="eager").float().eval()


def tokenizer():
    """The model folder's words: `w12` for id 12."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(args.model, padding_side="right")


def load_bridge():
    """The model as TransformerLens 4 wraps it."""
    from transformer_lens.model_bridge import TransformerBridge

    bridge = TransformerBridge.boot_transformers(args.model, hf_model=load_hf(), tokenizer=tokenizer(), device="cpu")
    return bridge.eval()


def load_hooked(with_tokenizer=False):
    """The model as TransformerLens 2 and 3 hold it, its edges' inputs and outputs switched on."""
    from transformer_lens import HookedTransformer, HookedTransformerConfig
    from transformer_lens.pretrained.weight_conversions import convert_gpt2_weights

    heads, width = config["n_head"], config["n_embd"]
    shape = HookedTransformerConfig(
        n_layers=config["n_layer"], n_heads=heads, d_model=width, d_head=width // heads, d_mlp=4 * width,
        n_ctx=config["n_positions"], d_vocab=config["vocab_size"], eps=config["layer_norm_epsilon"],
        act_fn="gelu_new", normalization_type="LN", positional_embedding_type="standard", attention_dir="causal",
        original_architecture="GPT2LMHeadModel", device="cpu", seed=0,
    )
    model = HookedTransformer(shape)
    weights = convert_gpt2_weights(load_hf(), shape)
    model.load_and_process_state_dict(
        weights, fold_ln=False, center_writing_weights=False, center_unembed=False, fold_value_biases=False
    )
    model.set_use_attn_result(True)
    model.set_use_split_qkv_input(True)
    model.set_use_hook_mlp_in(True)
    if with_tokenizer:
        model.set_tokenizer(tokenizer(), default_padding_side="right")
    return model.eval()


def head_scores(matrix):
    """Scores [layer, head] by name."""
    return {f"a{l}.h{h}": float(x) for l, row in enumerate(matrix) for h, x in enumerate(row)}


def timed(work):
    """What `work` returns, and the seconds that it took."""
    start = time.perf_counter()
    value = work()
    return value, time.perf_counter() - start


def report(scores, seconds, packages):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    versions = {name: version(name) for name in [*packages, "torch"]}
    with open(args.out, "w") as file:
        json.dump(dict(seconds=seconds, peakBytes=peak, scores=scores, versions=versions), file)
