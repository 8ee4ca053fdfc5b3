"""Path patching, every head to the logits, in plain PyTorch with its shortcut: with every other head frozen positions
do not interact, so the last position suffices, attention is never computed again, and a layer's senders share a batch."""
from common import clean, corrupted, head_scores, logit_difference, report, timed, torch
from torch_gpt2 import HEADS, LAYERS, blocks, run, unembed, with_one_head


@torch.no_grad()
def sweep():
    logits, streams, base = run(clean)
    _, _, donor = run(corrupted)
    scores = torch.zeros(LAYERS, HEADS)
    for layer in range(LAYERS):
        x = streams[layer][:, -1:].repeat(HEADS, 1, 1)
        for k in range(layer, LAYERS):
            last = base[k][:, -1:]
            z = with_one_head(last, donor[k][:, -1:]) if k == layer else last.repeat(HEADS, 1, 1)
            x = x + blocks[k].attn.c_proj(z)
            x = x + blocks[k].mlp(blocks[k].ln_2(x))
        scores[layer] = torch.stack([logit_difference(patched) for patched in unembed(x).chunk(HEADS)])
    return scores - logit_difference(logits)


scores, seconds = timed(sweep)
report(head_scores(scores), seconds, ["transformers"])
