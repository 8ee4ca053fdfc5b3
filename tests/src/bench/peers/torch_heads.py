"""Head patching in plain PyTorch with the shortcuts one writes by hand: start at the patched layer from the clean
run's residual stream, all heads of a layer in one batch, and unembed the last position only."""
from common import TOKENS, clean, corrupted, head_scores, logit_difference, report, timed, torch
from torch_gpt2 import HEADS, LAYERS, blocks, run, unembed, with_one_head

# what the model hands its blocks: 0 where a position may look, the least float elsewhere
causal = torch.full((1, 1, TOKENS, TOKENS), torch.finfo(torch.float32).min).triu(1)


def from_layer(layer, stream, z):
    """Logits of the rest of the model with the layer's z replaced."""
    hook = blocks[layer].attn.c_proj.register_forward_pre_hook(lambda *_: (z,))
    x = stream.repeat(HEADS, 1, 1)
    for block in blocks[layer:]:
        out = block(x, attention_mask=causal)
        x = out[0] if isinstance(out, tuple) else out
    hook.remove()
    return unembed(x)


@torch.no_grad()
def sweep():
    logits, streams, base = run(clean)
    _, _, donor = run(corrupted)
    scores = torch.zeros(LAYERS, HEADS)
    for layer in range(LAYERS):
        patched = from_layer(layer, streams[layer], with_one_head(base[layer], donor[layer]))
        scores[layer] = torch.stack([logit_difference(x) for x in patched.chunk(HEADS)])
    return scores - logit_difference(logits)


scores, seconds = timed(sweep)
report(head_scores(scores), seconds, ["transformers"])
