"""auto-circuit: --method eap | eap-ig | acdc. Its EAP-IG moves every edge's mask at once, from 0 to 1 in `steps` points."""
from auto_circuit.data import PromptDataLoader, PromptDataset
from auto_circuit.prune_algos.ACDC import acdc_prune_scores
from auto_circuit.prune_algos.mask_gradient import mask_gradient_prune_scores
from auto_circuit.utils.graph_utils import patchable_model

from acdc_order import in_visit_order, kept, named
from common import BATCH, TOKENS, answers, args, clean, corrupted, load_hooked, report, timed, torch, wrongs

model = load_hooked()
for parameter in model.parameters():
    parameter.requires_grad_(False)
dataset = PromptDataset(clean, corrupted, [x.view(1) for x in answers], [x.view(1) for x in wrongs])
loader = PromptDataLoader(dataset, seq_len=TOKENS, diverge_idx=0, batch_size=BATCH, shuffle=False)
patchable = patchable_model(
    model, factorized=True, slice_output="last_seq", separate_qkv=True, device=torch.device("cpu")
)
patchable.edges = in_visit_order(patchable.edges)


def work():
    if args.method == "eap":
        return mask_gradient_prune_scores(patchable, loader, None, "logit", "avg_diff", mask_val=0.0)
    if args.method == "eap-ig":  # it takes one point more than it is asked for
        points = dict(integrated_grad_samples=args.steps - 1)
        return mask_gradient_prune_scores(patchable, loader, None, "logit", "avg_diff", **points)
    return acdc_prune_scores(patchable, loader, None, tao_exps=[0], tao_bases=[args.tau])


scores, seconds = timed(work)
if args.method == "acdc":
    scores = kept(patchable)
else:  # its loss is minus the metric
    scores = {named(edge): -float(edge.prune_score(scores)) for edge in patchable.edges}
report(scores, seconds, ["auto-circuit", "transformer-lens", "transformers"])
