"""EAP in plain PyTorch, as well as we could write it: one backward pass gives the gradient of every layer's q, k and v;
each head's share of it goes back through its weights and the layer norm, for all heads of a layer at once."""
from common import clean, corrupted, logit_difference, report, timed, torch
from torch_gpt2 import HEADS, LAYERS, SIZE, WIDTH, blocks, model, run


def capture(ids):
    """Logits, and for each layer: stream before attention, z, q|k|v, stream before the MLP, MLP output; the last stream."""
    kept = [dict() for _ in blocks]
    end, hooks = [], []
    for block, mine in zip(blocks, kept):
        for name, module in dict(pre=block.ln_1, z=block.attn.c_proj, mid=block.ln_2).items():
            hooks.append(module.register_forward_pre_hook(lambda _, x, mine=mine, name=name: mine.__setitem__(name, x[0])))
        for name, module in dict(qkv=block.attn.c_attn, mlp=block.mlp).items():
            hooks.append(module.register_forward_hook(lambda _, x, y, mine=mine, name=name: mine.__setitem__(name, y)))
        hooks.append(block.ln_2.register_forward_hook(lambda _, x, y, mine=mine: mine.__setitem__("normed", y)))
    hooks.append(model.transformer.ln_f.register_forward_pre_hook(lambda _, x: end.append(x[0])))
    hooks.append(model.transformer.ln_f.register_forward_hook(lambda _, x, y: end.append(y)))
    logits = model(ids, use_cache=False).logits
    for hook in hooks:
        hook.remove()
    return logits, kept, end


def outputs(kept):
    """What every source writes, [source, batch, seq, d_model]: the input, then each layer's heads and MLP."""
    written = [kept[0]["pre"][None]]
    for block, mine in zip(blocks, kept):
        z = mine["z"].unflatten(-1, (HEADS, SIZE))
        weight = block.attn.c_proj.weight.view(HEADS, SIZE, WIDTH)
        written += [torch.einsum("bthe,hed->hbtd", z, weight), mine["mlp"][None]]
    return torch.cat(written)


def through_norm(grad, x, norm):
    """Gradient of what a layer norm reads from that of what it gives; grad [..., batch, seq, d_model]."""
    centred = x - x.mean(-1, keepdim=True)
    scale = (centred.pow(2).mean(-1, keepdim=True) + norm.eps).rsqrt()
    unit, grad = centred * scale, grad * norm.weight
    return scale * (grad - grad.mean(-1, keepdim=True) - unit * (grad * unit).mean(-1, keepdim=True))


def eap():
    with torch.no_grad():
        change = outputs(capture(corrupted)[1])
    logits, kept, (last, normed) = capture(clean)
    with torch.no_grad():
        change -= outputs(kept)
    wanted = [x for mine in kept for x in (mine["qkv"], mine["normed"])] + [normed]
    grads = torch.autograd.grad(logit_difference(logits), wanted)
    blocks_of_scores = []
    with torch.no_grad():
        for layer, block in enumerate(blocks):
            seen = 1 + layer * (HEADS + 1)
            qkv = grads[2 * layer].unflatten(-1, (3, HEADS, SIZE))
            weight = block.attn.c_attn.weight.view(WIDTH, 3, HEADS, SIZE)
            grad = torch.einsum("btlhe,dlhe->hlbtd", qkv, weight)
            grad = through_norm(grad, kept[layer]["pre"], block.ln_1).flatten(0, 1).flatten(1)
            blocks_of_scores.append(change[:seen].flatten(1) @ grad.T)
            grad = through_norm(grads[2 * layer + 1], kept[layer]["mid"], block.ln_2)
            blocks_of_scores.append(change[: seen + HEADS].flatten(1) @ grad.flatten()[:, None])
        grad = through_norm(grads[-1], last, model.transformer.ln_f)
        blocks_of_scores.append(change.flatten(1) @ grad.flatten()[:, None])
    return blocks_of_scores


def named(blocks_of_scores):
    sources = ["input"]
    for layer in range(LAYERS):
        sources += [*(f"a{layer}.h{head}" for head in range(HEADS)), f"m{layer}"]
    scores = {}
    for i, block in enumerate(blocks_of_scores):
        layer = i // 2
        heads = [f"a{layer}.h{head}<{letter}>" for head in range(HEADS) for letter in "qkv"]
        readers = ["logits"] if layer == LAYERS else [f"m{layer}"] if i % 2 else heads
        for source, row in zip(sources, block.tolist()):
            scores.update({f"{source}->{reader}": x for reader, x in zip(readers, row)})
    return scores


for parameter in model.parameters():
    parameter.requires_grad_(False)
model.transformer.wte.register_forward_hook(lambda _, x, y: y.requires_grad_())
scores, seconds = timed(eap)
report(named(scores), seconds, ["transformers"])
