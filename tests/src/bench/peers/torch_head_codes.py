"""Head codes (O'Neill & Bui 2024) in plain PyTorch: what every head writes on every prompt, a sparse autoencoder of ten
prompts' writes, the codes of all prompts, and how many codes each head has on clean prompts only."""
from common import clean, corrupted, head_scores, report, timed, torch
from torch_gpt2 import HEADS, LAYERS, SIZE, WIDTH, blocks, model

FEATURES, STEPS, EXAMPLES, PENALTY, RATE = 200, 500, 10, 0.02, 1e-3
AT_ONCE = 64


@torch.no_grad()
def written(ids):
    """What each head writes, in the mean over positions: [prompts, layers * heads, d_model]."""
    rows = []
    for batch in ids.split(AT_ONCE):
        means = []
        hooks = [
            block.attn.c_proj.register_forward_pre_hook(lambda _, inputs: means.append(inputs[0].mean(1)))
            for block in blocks
        ]
        model.transformer(batch, use_cache=False)
        for hook in hooks:
            hook.remove()
        by_layer = [
            torch.einsum("bhs,hsd->bhd", z.view(-1, HEADS, SIZE), block.attn.c_proj.weight.view(HEADS, SIZE, WIDTH))
            for z, block in zip(means, blocks)
        ]
        rows.append(torch.cat(by_layer, 1))
    return torch.cat(rows)


def unit_rows(matrix):
    return matrix / matrix.norm(dim=1, keepdim=True)


def encode(vectors, encoder, shift, bias):
    return torch.relu((vectors - shift) @ encoder.T + bias)


def train(vectors):
    """Full-batch Adam; rows of encoder and decoder keep norm 1, and gradients along them are taken out."""
    torch.manual_seed(0)
    encoder = unit_rows(torch.empty(FEATURES, WIDTH).uniform_(-1, 1)).requires_grad_()
    decoder = unit_rows(torch.empty(WIDTH, FEATURES).uniform_(-1, 1)).requires_grad_()
    shift = torch.zeros(WIDTH, requires_grad=True)
    bias = torch.zeros(FEATURES, requires_grad=True)
    adam = torch.optim.Adam([encoder, decoder, shift, bias], lr=RATE)
    for _ in range(STEPS):
        codes = encode(vectors, encoder, shift, bias)
        errors = codes @ decoder.T + shift - vectors
        loss = errors.square().mean() + PENALTY * codes.sum(-1).mean()
        adam.zero_grad()
        loss.backward()
        with torch.no_grad():
            for matrix in (encoder, decoder):
                matrix.grad -= matrix * (matrix.grad * matrix).sum(1, keepdim=True)
            adam.step()
            for matrix in (encoder, decoder):
                matrix.copy_(unit_rows(matrix))
    return encoder.detach(), shift.detach(), bias.detach()


def node_scores():
    vectors = written(torch.cat([clean, corrupted]))
    examples = torch.randperm(len(vectors))[:EXAMPLES]
    autoencoder = train(vectors[examples].reshape(-1, WIDTH))
    codes = torch.cat([encode(part, *autoencoder).argmax(-1) for part in vectors.split(AT_ONCE)])
    positive, negative = codes[: len(clean)].T.tolist(), codes[len(clean) :].T.tolist()
    unique = [len(set(p) - set(n)) for p, n in zip(positive, negative)]
    return torch.tensor(unique).view(LAYERS, HEADS)


scores, seconds = timed(node_scores)
report(head_scores(scores), seconds, ["transformers"])
