"""circuitkit: --method eap | eap-ig, the calls that its discover_circuit makes."""
import logging

logging.disable(logging.WARNING)

from circuitkit.backends.eap.attribute import attribute  # noqa: E402
from circuitkit.backends.eap.graph import Graph  # noqa: E402

from common import BATCH, answers, args, clean, corrupted, load_hooked, report, timed, torch, wrongs  # noqa: E402

model = load_hooked(with_tokenizer=True)


def texts(ids):
    """The prompts as words; the tokenizer puts id 0 before them."""
    return [" ".join(f"w{i}" for i in row[1:].tolist()) for row in ids]


def metric(logits, _clean_logits, lengths, labels):
    rows = torch.arange(len(lengths))
    last = logits[rows, lengths - 1]
    return (last[rows, labels[:, 0]] - last[rows, labels[:, 1]]).mean()


loader = [(texts(clean), texts(corrupted), torch.stack([answers, wrongs], 1))]
assert (model.to_tokens(loader[0][0], prepend_bos=True, padding_side="right") == clean).all()
method = {"eap": "EAP", "eap-ig": "EAP-IG-inputs"}[args.method]


def work():
    graph = Graph.from_model(model)
    attribute(model, graph, loader, metric, method, ig_steps=args.steps or 1, quiet=True)
    return graph


graph, seconds = timed(work)
# it divides by the pairs once more than the mean has done
scores = {name: float(edge.score) * BATCH for name, edge in graph.edges.items()}
report(scores, seconds, ["circuitkit", "transformer-lens", "transformers"])
