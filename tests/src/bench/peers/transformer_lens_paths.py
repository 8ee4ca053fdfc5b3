"""Path patching, every head to the logits, as one writes it with TransformerLens: one forward pass for each sender,
every head's z frozen to the clean run but the sender's, which comes from the corrupted run; MLPs react."""
from functools import partial

from common import clean, corrupted, head_scores, load_bridge, logit_difference, report, timed, torch

model = load_bridge()
sites = [f"blocks.{layer}.attn.hook_z" for layer in range(model.cfg.n_layers)]


def freeze(z, hook, site, sender, head, base, donor):
    z = base[site]  # [batch, seq, head, d_head]
    if site == sender:
        z = z.clone()
        z[:, :, head] = donor[site][:, :, head]
    return z


@torch.no_grad()
def sweep():
    logits, base = model.run_with_cache(clean, names_filter=sites)
    _, donor = model.run_with_cache(corrupted, names_filter=sites)
    scores = torch.zeros(len(sites), model.cfg.n_heads)
    for layer, sender in enumerate(sites):
        for head in range(model.cfg.n_heads):
            hook = partial(freeze, sender=sender, head=head, base=base, donor=donor)
            hooks = [(site, partial(hook, site=site)) for site in sites]
            scores[layer, head] = logit_difference(model.run_with_hooks(clean, fwd_hooks=hooks))
    return scores - logit_difference(logits)


scores, seconds = timed(sweep)
report(head_scores(scores), seconds, ["transformer-lens", "transformers"])
