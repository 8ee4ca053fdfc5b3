"""GPT-2 in plain PyTorch: what the hand-written scripts share."""
from common import load_hf, torch

model = load_hf()
blocks = model.transformer.h
LAYERS, HEADS, WIDTH = model.config.n_layer, model.config.n_head, model.config.n_embd
SIZE = WIDTH // HEADS


def run(ids):
    """Logits, each layer's residual stream before it, and each layer's z [batch, seq, d_model]."""
    streams, zs = [], []
    hooks = []
    for block in blocks:
        hooks.append(block.register_forward_pre_hook(lambda _, inputs: streams.append(inputs[0])))
        hooks.append(block.attn.c_proj.register_forward_pre_hook(lambda _, inputs: zs.append(inputs[0])))
    logits = model(ids, use_cache=False).logits
    for hook in hooks:
        hook.remove()
    return logits, streams, zs


def with_one_head(base, donor):
    """z with one head from the donor, for each head in turn: [head * batch, seq, d_model]."""
    z = base.repeat(HEADS, 1, 1).view(HEADS, *base.shape[:2], HEADS, SIZE)
    split = donor.view(*donor.shape[:2], HEADS, SIZE)
    for head in range(HEADS):
        z[head, :, :, head] = split[:, :, head]
    return z.view(-1, *base.shape[1:])


def unembed(stream):
    """Logits of the last position from the last residual stream."""
    return model.lm_head(model.transformer.ln_f(stream[:, -1:]))
