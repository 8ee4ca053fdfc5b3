"""TransformerLens's own sweep: every head's z at all positions, from the corrupted run into the clean one."""
from common import clean, corrupted, head_scores, load_bridge, logit_difference, report, timed, torch
from transformer_lens import patching

model = load_bridge()


@torch.no_grad()
def sweep():
    base = logit_difference(model(clean))
    _, cache = model.run_with_cache(corrupted, names_filter=lambda name: name.endswith("hook_z"))
    return patching.get_act_patch_attn_head_out_all_pos(model, clean, cache, logit_difference) - base


scores, seconds = timed(sweep)
report(head_scores(scores), seconds, ["transformer-lens", "transformers"])
