"""circuitkit's ACDC."""
import logging

logging.disable(logging.WARNING)

from circuitkit.backends.acdc.data import PromptDataLoader, PromptDataset  # noqa: E402
from circuitkit.backends.acdc.prune_algos.ACDC import acdc_prune_scores  # noqa: E402
from circuitkit.backends.acdc.utils.graph_utils import patchable_model  # noqa: E402

from acdc_order import in_visit_order, kept  # noqa: E402
from common import BATCH, answers, args, clean, corrupted, load_hooked, report, timed, torch, wrongs  # noqa: E402

model = load_hooked()
for parameter in model.parameters():
    parameter.requires_grad_(False)
dataset = PromptDataset(clean, corrupted, answers.view(-1, 1), wrongs.view(-1, 1))
loader = PromptDataLoader(dataset, device=torch.device("cpu"), batch_size=BATCH)
patchable = patchable_model(
    model, factorized=True, slice_output="last_seq", separate_qkv=True, device=torch.device("cpu")
)
patchable.edges = in_visit_order(patchable.edges)

_, seconds = timed(lambda: acdc_prune_scores(patchable, loader, None, tao_exps=[0], tao_bases=[args.tau]))
report(kept(patchable), seconds, ["circuitkit", "transformer-lens", "transformers"])
